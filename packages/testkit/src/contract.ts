import { extend, type Extension, type Provider } from "@datasette-publish/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describesAbort } from "./contract-abort.ts";
import { describesItself } from "./contract-description.ts";
import { describesImport } from "./contract-import.ts";
import { describesPlan } from "./contract-plan.ts";
import { describesSite } from "./contract-site.ts";
import { closeScene, contractTimeoutMs, openScene, type Contract, type Scene } from "./contract-scene.ts";
import { describesSecrets } from "./contract-secrets.ts";
import type { ContractSetup } from "./contract-setup.ts";

/**
 * The vitest suite that every provider passes: described in full, checked first, planned truly, published twice as one,
 * picked up after an abort at any step, within its limits, silent about secrets, and understood by every front end.
 */
export function describeProviderContract(own: Provider | Extension, setup: ContractSetup): void {
  const provider = wholeOf(own, setup);
  describe(`provider contract: ${provider.name}${setup.mode ? ` (${setup.mode})` : ""}`, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await openScene(provider, setup);
    });
    afterEach(async () => {
      await setup.cleanup?.(scene.latest());
      await closeScene(scene);
      expect(scene.misspoken(), "a front end cannot show this, or act on it").toEqual([]);
      expect(setup.host?.violations() ?? []).toEqual([]);
    });

    const contract: Contract = { provider, setup, scene: () => scene };
    describe("description", () => {
      describesItself(provider);
      describesImport(setup);
    });
    describe("check", () => {
      describesCheck(contract);
    });
    describe("plan and publish", () => {
      describesPlan(contract);
    });
    describesSite(contract);
    describe("abort", () => {
      describesAbort(contract);
    });
    describe("secrets", () => {
      describesSecrets(contract);
    });
  });
}

/** An extension is tested with all that it inherits. */
function wholeOf(own: Provider | Extension, { base }: ContractSetup): Provider {
  if (!("extends" in own)) return own;
  if (base?.name === own.extends.provider) return extend(own, base);
  throw new Error(`Give \`base\`, the provider ${own.extends.provider} that ${own.name} extends.`);
}

function describesCheck({ provider, setup, scene }: Contract): void {
  it("fails before anything is converted or built", { timeout: contractTimeoutMs }, async () => {
    const { refused } = setup;
    const run = refused ? scene().run({ ...refused }) : scene().run({ provider: { ...provider, check: refuse } });
    await expect(run).rejects.toMatchObject({ code: refused?.code ?? "CREDENTIALS_INVALID" });
    expect(scene().runtimesAsked(), "a runtime was fetched: check has to refuse, not publish").toBe(0);
    const later = scene()
      .steps()
      .filter((id) => id !== "login" && id !== "provider.check");
    expect(later, "steps were begun: check has to refuse, not publish").toEqual([]);
  });
}

const refuse: Provider["check"] = () =>
  Promise.reject(Object.assign(new Error("refused"), { code: "CREDENTIALS_INVALID", remedies: [], facts: {} }));
