import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FlyCheckConfig, FlyMachine } from "./model.ts";

/** A check that takes longer than this fails. */
const timeoutMs = 2000;

/** An engine's proxy accepts every connection, and ends it when nothing listens behind: one that lasts this long is a site's. */
const lastsMs = 100;

export interface FlyCheck {
  readonly name: string;
  readonly status: "passing" | "warning" | "critical";
  readonly output: string;
  readonly updated_at?: string;
}

/** For flyctl of old, and no check at all (fly-go, `RemoveCompatChecks`). */
const compatCheck: FlyCheck = { name: "bg_deployments_compat_http", status: "passing", output: "" };

/** What a look shows of a machine's checks: those of its services and its own, made now; `warning` while nothing runs. */
export async function checksOf(machine: FlyMachine, isChecked: boolean): Promise<{ checks?: FlyCheck[] }> {
  const { services = [], checks = {} } = machine.config;
  const ofServices = services.flatMap(({ internal_port: port = 0, checks: each = [] }, at) =>
    each.map((check) => [`servicecheck-${String(at).padStart(2, "0")}-${check.type ?? "tcp"}-${check.port ?? port}`, check] as const),
  );
  const all = [...ofServices, ...Object.entries(checks)];
  if (all.length === 0) return {};
  const looks = isChecked ? await Promise.all(all.map(([name, check]) => look(machine, name, check))) : [];
  const updatedAt = new Date().toISOString();
  return { checks: [compatCheck, ...looks].map((check) => ({ ...check, updated_at: updatedAt })) };
}

async function look({ site }: FlyMachine, name: string, { type, method = "GET", path = "/" }: FlyCheckConfig): Promise<FlyCheck> {
  if (site === null) return { name, status: "warning", output: "the machine hasn't started" };
  if (type !== "http") return lookAtPort(name, site.port);
  try {
    const answer = await fetch(`http://127.0.0.1:${site.port}${path}`, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    return { name, status: answer.ok ? "passing" : "critical", output: `${answer.status} ${answer.statusText}` };
  } catch (error) {
    return { name, status: "critical", output: String((error as Error).cause ?? error) };
  }
}

/** Passes when the site takes a connection. */
async function lookAtPort(name: string, port: number): Promise<FlyCheck> {
  const socket = connect(port, "127.0.0.1");
  socket.resume();
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, "connect", { signal });
    const hasEnded = await Promise.race([once(socket, "close").then(() => true), sleep(lastsMs, false)]);
    return hasEnded ? { name, status: "critical", output: "connection reset" } : { name, status: "passing", output: "Success" };
  } catch (error) {
    return { name, status: "critical", output: (error as Error).message };
  } finally {
    socket.destroy();
  }
}
