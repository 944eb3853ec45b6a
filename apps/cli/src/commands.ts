import { ConvertCommand } from "./convert-command.ts";
import { InspectCommand } from "./inspect/inspect-command.ts";
import { verbCommands } from "./manage/verbs.ts";
import { PreviewCommand } from "./preview-command.ts";
import { printable } from "./printable.ts";
import { listProviders } from "@datasette-publish/workbench/providers";
import { installCommand } from "./providers/install-command.ts";
import { providersCommand } from "./providers/list-command.ts";
import { removeCommand } from "./providers/remove-command.ts";
import { packageProcess } from "./providers/package-process.ts";
import { renderProblem } from "./providers/problem.ts";
import { publishCommand } from "./publish/publish-command.ts";
import { takenNames } from "./taken-names.ts";
import { UiCommand } from "./ui/ui-command.ts";

const found = await listProviders({ taken: takenNames, env: process.env, process: packageProcess });
for (const problem of found.problems) process.stderr.write(`! ${printable(renderProblem(problem))}\n`);
const providers = found.providers.map(({ provider }) => provider);

/** The merged command map: our own commands, one per provider, and one per provider and verb that it has (`status:heroku`). */
export const COMMANDS = {
  ...Object.fromEntries(providers.map((provider) => [provider.name, publishCommand(provider)])),
  ...verbCommands(providers),
  convert: ConvertCommand,
  inspect: InspectCommand,
  preview: PreviewCommand,
  ui: UiCommand,
  providers: providersCommand(found),
  "providers:install": installCommand(takenNames),
  "providers:remove": removeCommand(found),
};
