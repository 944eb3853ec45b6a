import { describeProviderContract, startRegistry } from "@datasette-publish/testkit";
import { afterAll } from "vitest";
import provider from "./index.ts";

const registry = await startRegistry();
afterAll(() => registry.stop());

describeProviderContract(provider, {
  options: () => ({ registry: registry.host }),
  entry: new URL("index.ts", import.meta.url),
  refused: { options: { registry: "no registry" }, code: "REFERENCE_INVALID" },
});
