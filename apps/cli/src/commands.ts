import { ConvertCommand } from "./convert-command.ts";
import { PreviewCommand } from "./preview-command.ts";
import { ProvidersCommand } from "./providers-command.ts";
import { providerCommand } from "./provider-command.ts";
import { findProviders } from "./providers.ts";

const { providers, problems } = await findProviders();
for (const problem of problems) process.stderr.write(`! ${problem}\n`);

/** The merged command map: our own commands and one per installed provider. */
export const COMMANDS = {
  ...Object.fromEntries(providers.map((found) => [found.provider.name, providerCommand(found.provider)])),
  convert: ConvertCommand,
  preview: PreviewCommand,
  providers: ProvidersCommand,
};
