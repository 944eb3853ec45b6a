import type { HostContext, Remedies, SiteStatus } from "@datasette-publish/core/provider";
import type { CheckStatus, Machine } from "./types.ts";

type State = SiteStatus["state"];

/** How a site is that has a machine in one of these states, the first of them that one is in. */
const precedence: readonly State[] = ["starting", "failed", "running", "sleeping"];

/** Whether the hardware that a machine is on answers. If not, its state is an old one, and it cannot be changed. */
export function isReachable({ host_status: host = "ok" }: Machine): boolean {
  return host === "ok";
}

/** The machines that serve or could: not those out of reach whose place in their region another one has taken. */
export function withoutReplaced(machines: readonly Machine[]): readonly Machine[] {
  const regions = new Set(machines.filter(isReachable).map(({ region }) => region));
  return machines.filter((machine) => isReachable(machine) || !regions.has(machine.region));
}

/** How a site is that these machines serve; without one, its first publish has not come that far. */
export function stateOf(machines: readonly Machine[]): State {
  const states = new Set(machines.map(healthOf));
  return precedence.find((state) => states.has(state)) ?? "unfinished";
}

/** How a machine is: it serves, sleeps until somebody visits, or has started and was not checked yet. */
export function healthOf(machine: Machine): State {
  if (!isReachable(machine)) return "failed";
  if (/^(stopp|suspend)(ed|ing)$/.test(machine.state)) return "sleeping";
  if (machine.state === "created" || machine.state.endsWith("ing")) return "starting";
  if (machine.state !== "started") return "failed";
  const isToBeChecked = machine.config?.services?.some(({ checks = [] }) => checks.length > 0);
  if (isToBeChecked && checksOf(machine).length === 0) return "starting";
  return checksOf(machine).every(({ status }) => status === "passing") ? "running" : "failed";
}

/** What is wrong with a machine that is not healthy, or that Fly.io does not show. */
export function problemOf(machine: Machine | null): string {
  if (machine === null) return "the machine is not visible yet";
  const failing = checksOf(machine).find(({ status }) => status !== "passing");
  const unchecked = healthOf(machine) === "starting" ? ", and was not checked" : "";
  const output = failing && `, and ${failing.name} is ${failing.status} (${failing.output ?? ""})`;
  return `machine ${machine.id} is ${machine.state}${output ?? unchecked}`;
}

/** Without those that the API adds for flyctl of old (fly-go, `RemoveCompatChecks`). */
function checksOf({ checks = [] }: Machine): readonly CheckStatus[] {
  return checks.filter(({ name }) => !name.startsWith("bg_deployments_compat"));
}

/** @throws PublishError `HOST_BUSY` when one of these machines cannot be changed now */
export function requireReachable(ctx: HostContext, machines: readonly Machine[]): void {
  const lost = machines.find((machine) => !isReachable(machine));
  if (lost === undefined) return;
  const { id: machine, region, host_status: status = "unknown" } = lost;
  const message = `The host of machine ${machine} in ${region} is ${status}: Fly.io cannot change the machine now.`;
  const remedies: Remedies = [
    { action: "open-page", url: "https://status.flyio.net/", note: "to see what is wrong" },
    { action: "retry", note: "when the host is back" },
  ];
  throw ctx.error("HOST_BUSY", message, remedies, { machine, region, status });
}
