import type { FlyCheckConfig, FlyMachine } from "./model.ts";

/** A check that takes longer than this fails. */
const timeoutMs = 2000;

export interface FlyCheck {
  readonly name: string;
  readonly status: "passing" | "warning" | "critical";
  readonly output: string;
}

/** The checks of a machine's services and its own, made now; `warning` while nothing runs. */
export function checksOf(machine: FlyMachine): Promise<FlyCheck[]> {
  const { services = [], checks = {} } = machine.config;
  const ofServices = services.flatMap(({ internal_port: port = 0, checks: each = [] }, at) =>
    each.map((check) => [`servicecheck-${String(at).padStart(2, "0")}-${check.type ?? "tcp"}-${check.port ?? port}`, check] as const),
  );
  return Promise.all([...ofServices, ...Object.entries(checks)].map(([name, check]) => look(machine, name, check)));
}

async function look({ site }: FlyMachine, name: string, { type, method = "GET", path = "/" }: FlyCheckConfig): Promise<FlyCheck> {
  if (site === null) return { name, status: "warning", output: "the machine hasn't started" };
  if (type !== "http") return { name, status: "passing", output: "Success" };
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
