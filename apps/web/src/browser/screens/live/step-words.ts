import type { StepProgress } from "../../progress.ts";
import { live } from "../../words/live.ts";

const says = live.steps;

/** Steps of core, by their ids or the beginnings of these. */
const ownSteps: Readonly<Record<string, (place: string) => string>> = {
  login: says.login,
  "provider.check": says.check,
  convert: () => says.read,
  copy: () => says.read,
  unpack: () => says.read,
  runtime: () => says.runtime,
  plugins: () => says.plugins,
  slim: () => says.assemble,
  inspect: () => says.assemble,
  assemble: () => says.assemble,
  preview: () => says.test,
  push: says.push,
  confirm: () => says.confirm,
  undo: () => says.undo,
  sbom: () => says.bill,
};

/** What a step does, in plain words; one that there are no words for is told as the command line tells it. */
export function tellStep({ id, title }: Pick<StepProgress, "id" | "title">, place: string): string {
  const [kind = "", verb = ""] = id.split(/[.:]/, 2);
  const own = ownSteps[id] ?? ownSteps[kind];
  if (own !== undefined) return own(place);
  const [, what = ""] = title.split(" ", 2);
  return says.tasks[`${verb} ${what}`] ?? says.tasks[verb] ?? title;
}

/** Steps as a list shows them: in plain words, several that say the same, one after the other, as one with the state of the last. */
export function plainSteps(steps: readonly StepProgress[], place: string): readonly StepProgress[] {
  const told = steps.map((step) => ({ ...step, id: "", title: tellStep(step, place) }));
  return told.filter(({ title }, at) => told[at + 1]?.title !== title);
}
