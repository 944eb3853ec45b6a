import { PublishError } from "../errors/publish-error.ts";
import { runProgram } from "../errors/remedies.ts";
import { providerInterface, type Provider } from "../provider/provider.ts";

/** Refuses a provider written for a version that is not served, newer or long gone, and says which side to upgrade. */
export function checkInterface(provider: Pick<Provider, "interface" | "name">): void {
  if (provider.interface === providerInterface) return;
  const newer = provider.interface > providerInterface;
  throw new PublishError(
    "PROVIDER_INCOMPATIBLE",
    `Provider ${provider.name} was written for interface ${provider.interface}; this version serves ${providerInterface}.`,
    newer
      ? runProgram(["npm", "install", "--global", "datasette-publish@latest"], "to upgrade datasette-publish")
      : `Upgrade the package of provider ${provider.name}.`,
    { provider: provider.name, wanted: provider.interface, supported: providerInterface },
  );
}
