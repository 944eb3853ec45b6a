import { ConvertCommand } from "./convert-command.ts";
import { PreviewCommand } from "./preview-command.ts";
import { providersCommand } from "./providers-command.ts";
import { providerCommand } from "./provider-command.ts";
import { findProviders } from "./providers.ts";

const found = await findProviders();
for (const problem of found.problems) process.stderr.write(`! ${problem}\n`);

/** The merged command map: our own commands and one per installed provider. */
export const COMMANDS = {
  ...Object.fromEntries(found.providers.map(({ provider }) => [provider.name, providerCommand(provider)])),
  convert: ConvertCommand,
  preview: PreviewCommand,
  providers: providersCommand(found),
};
