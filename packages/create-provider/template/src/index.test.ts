import { describeProviderContract, packedProvider, startRegistry, type ContractSetup } from "@datasette-publish/testkit";
import { afterAll } from "vitest";
import provider from "./index.ts";

const packed = await packedProvider(new URL("..", import.meta.url));
const registry = await startRegistry();
afterAll(() => registry.stop());

const setup: ContractSetup = {
  options: () => ({ registry: registry.host }),
  entry: new URL("index.ts", import.meta.url),
  refused: { options: { registry: "no registry" }, code: "REFERENCE_INVALID" },
};
describeProviderContract(provider, setup);
describeProviderContract(packed, { ...setup, mode: "as it is installed" });
