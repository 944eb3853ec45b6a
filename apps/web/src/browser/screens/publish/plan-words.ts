import type { PlanAction } from "@datasette-publish/workbench/protocol";
import { publish as words } from "../../words/publish.ts";

/** What a plan's words need to know beside its actions. */
export interface PlanOf {
  /** What the place is called. */
  readonly place: string;
  /** Whether it is this computer, not a host. */
  readonly isHere: boolean;
  /** What is sent. */
  readonly data: string;
}

const says = words.plan.site;

/** What will happen, one sentence each, in its order; what several actions come to is said once. */
export function tellPlan(actions: readonly PlanAction[], of: PlanOf): readonly string[] {
  return [...new Set(actions.map((action) => tellAction(action, of)))];
}

/** The name that a site gets which is not there yet; null where the plan makes none. */
export function newName(actions: readonly PlanAction[]): string | null {
  const creation = actions.find(({ verb, target }) => verb === "create" && target.startsWith("app "));
  return creation?.target.slice("app ".length) ?? null;
}

function tellAction(action: PlanAction, of: PlanOf): string {
  return of.isHere ? tellHere(action, of) : tellAtHost(action, of);
}

function tellHere({ verb, target }: PlanAction, { place, data }: PlanOf): string {
  if (verb === "write") return says.file(target);
  if (verb === "load") return says.load(data);
  if (verb === "push") return says.push(data, target);
  if (verb === "run") return says.run;
  if (verb === "replace") return says.replace;
  return verb === "remove" ? says.tidy : says.change(place, target);
}

function tellAtHost({ verb, target }: PlanAction, { place, data }: PlanOf): string {
  const [what = ""] = target.split(" ", 1);
  const [, where = ""] = /^\w+ in (\S+)$/.exec(target) ?? [];
  if (verb === "push") return says.send(data, place);
  if (verb === "run" || (verb === "create" && what === "machine")) return says.start(place, where);
  if (verb === "replace" || (verb === "update" && what === "machine")) return says.update(place);
  if (verb === "update" && ["secrets", "config", "stack"].includes(what)) return says.settings(place);
  if (verb === "remove") return says.tidy;
  if (verb === "wait") return says.wait(place);
  return (verb === "create" && tellCreation(what, where, place)) || says.change(place, target);
}

function tellCreation(what: string, where: string, place: string): string | null {
  if (what === "app") return says.new(place);
  if (what === "address") return says.address;
  if (what === "volume") return says.disk(where);
  return what === "build" ? says.build(place) : null;
}
