import { PublishError, type SiteStatus } from "@datasette-publish/core";
import type { CheckStatus, Machine } from "./types.ts";

/** Whether the hardware that a machine is on answers. If not, its state is an old one, and it cannot be changed. */
export function isReachable({ host_status: host = "ok" }: Machine): boolean {
  return host === "ok";
}

/** Whether a machine is out of reach, and another one of `all` serves in its region. */
export function isReplaced(machine: Machine, all: readonly Machine[]): boolean {
  return !isReachable(machine) && all.some((other) => isReachable(other) && other.region === machine.region);
}

/** @throws PublishError `HOST_BUSY` when one of these machines cannot be changed now */
export function requireReachable(machines: readonly Machine[]): void {
  const lost = machines.find((machine) => !isReachable(machine));
  if (lost === undefined) return;
  throw new PublishError(
    "HOST_BUSY",
    `The host of machine ${lost.id} in ${lost.region} is ${lost.host_status}: Fly.io cannot change the machine now.`,
    "Publish again when it is back; https://status.flyio.net/ says what is wrong.",
    { machine: lost.id, region: lost.region, status: lost.host_status ?? null },
  );
}

/** Serves, or sleeps until somebody visits. */
export function isWell(machine: Machine): boolean {
  if (!isReachable(machine)) return false;
  if (machine.state !== "started") return machine.state === "stopped" || machine.state === "suspended";
  return !isUnchecked(machine) && checksOf(machine).every(({ status }) => status === "passing");
}

/** Has just started: it has checks, and none was made yet. */
export function isUnchecked(machine: Machine): boolean {
  const { services = [], checks = {} } = machine.config ?? {};
  const isToBeChecked = Object.keys(checks).length > 0 || services.some((service) => (service.checks ?? []).length > 0);
  return machine.state === "started" && isToBeChecked && checksOf(machine).length === 0;
}

/** How a site is that these machines serve. */
export function stateOf(machines: readonly Machine[]): SiteStatus["state"] {
  if (machines.length === 0) return "stopped";
  if (machines.every(isWell)) return machines.some(({ state }) => state === "started") ? "running" : "sleeping";
  return machines.some((machine) => isReachable(machine) && isStarting(machine)) ? "starting" : "failed";
}

function isStarting(machine: Machine): boolean {
  return machine.state === "created" || machine.state.endsWith("ing") || isUnchecked(machine);
}

/** What is wrong with a machine that is not well, or was made and cannot be seen. */
export function problemOf(machine: Machine | undefined): string {
  if (machine === undefined) return "the machine that was made is not visible yet";
  const failing = checksOf(machine).find(({ status }) => status !== "passing");
  const more = isUnchecked(machine) ? ", and was not checked" : "";
  const output = failing && `, and ${failing.name} is ${failing.status} (${failing.output ?? ""})`;
  return `machine ${machine.id} is ${machine.state}${output ?? more}`;
}

/** Without those that the API adds for flyctl of old (fly-go, `RemoveCompatChecks`). */
function checksOf({ checks = [] }: Machine): readonly CheckStatus[] {
  return checks.filter(({ name }) => !name.startsWith("bg_deployments_compat"));
}
