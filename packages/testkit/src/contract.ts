import {
  isPublishError,
  providerInterface,
  type OptionSpec,
  type PlanAction,
  type Provider,
  type PublishResult,
} from "@datasette-publish/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeScene, listFiles, openScene, type Scene } from "./contract-scene.ts";
import { recorded } from "./contract-recorder.ts";

/** What a provider's own test hands to the suite. */
export interface ContractSetup {
  /** Names the mode in the test report when one provider is run in several. */
  readonly mode?: string;
  /** The options of one publish; `dir` is an empty folder that lives as long as the test. */
  readonly options: (dir: string) => Readonly<Record<string, string | boolean | number | readonly string[]>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** An env or options that `check` must refuse. */
  readonly refused?: {
    readonly options?: Readonly<Record<string, string | boolean | number>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly code: string;
  };
  /** What the host has after the first publish, in a plan's words: for verbs other than write, push and load, which the suite sees itself. */
  readonly effects?: () => readonly PlanAction[] | Promise<readonly PlanAction[]>;
  /** Removes what a test published. */
  readonly cleanup?: (result: PublishResult | undefined) => Promise<void>;
}

const timeoutMs = 120_000;

/**
 * The vitest suite that every provider passes: described in full, checked first, planned truly, published twice as one,
 * picked up after an abort at any step, and silent about secrets.
 */
export function describeProviderContract(provider: Provider, setup: ContractSetup): void {
  describe(`provider contract: ${provider.name}${setup.mode ? ` (${setup.mode})` : ""}`, () => {
    let scene: Scene;
    let last: PublishResult | undefined;
    beforeEach(async () => {
      last = undefined;
      scene = await openScene(provider, setup);
    });
    afterEach(async () => {
      await setup.cleanup?.(last);
      await closeScene(scene);
    });

    describesItself(provider);

    it("fails in check before anything is converted or built", { timeout: timeoutMs }, async () => {
      const run = setup.refused ? scene.run({ ...setup.refused }) : scene.run({ provider: { ...provider, check: refuse } });
      await expect(run).rejects.toMatchObject({ code: setup.refused?.code ?? "CREDENTIALS_INVALID" });
      expect(scene.runtimesAsked()).toBe(0);
      expect(scene.steps().filter((id) => id !== "provider.check")).toEqual([]);
    });

    it("plans what publish then does, and writes nothing while planning", { timeout: timeoutMs }, async () => {
      const before = await listFiles(scene.dir);
      const { plan, deployment } = await scene.run({ dryRun: true });
      expect(await listFiles(scene.dir)).toEqual(before);
      expect(deployment).toBeUndefined();
      expect(plan?.length).toBeGreaterThan(0);
      const recording = recorded(provider);
      last = await scene.run({ provider: recording.provider });
      const others = plan?.filter((action) => !isDelivery(action));
      expect(sorted(plan?.filter(isDelivery))).toEqual(sorted(recording.actions));
      expect(sorted(others)).toEqual(sorted(setup.effects ? await setup.effects() : others));
    });

    it("makes one deployment of two publishes", { timeout: timeoutMs }, async () => {
      const first = await scene.run();
      const files = await listFiles(scene.dir);
      last = await scene.run();
      expect(last.deployment?.id).toBe(first.deployment?.id);
      expect(last.deployment?.url).toBe(first.deployment?.url);
      expect(await listFiles(scene.dir)).toEqual(files);
    });

    it("can be cancelled at every step, and the next run finishes", { timeout: timeoutMs }, async () => {
      last = await scene.run();
      const steps = scene.steps().length;
      for (let at = 1; at <= steps; at++) {
        await expect(scene.run({ abortAtStep: at }), `cancelled at step ${at} of ${steps}`).rejects.toMatchObject({ code: "CANCELLED" });
        expect(await scene.temporaryFiles()).toEqual([]);
      }
      expect((await scene.run()).deployment?.id).toBe(last.deployment?.id);
    });

    it("shows no secret in an event, an error, a plan or a result", { timeout: timeoutMs }, async () => {
      const shown: unknown[] = [await scene.run({ dryRun: true })];
      last = await scene.run();
      shown.push(last, await failure(scene.run({ provider: { ...provider, publish: leak } })), scene.events());
      const text = shown.map((value) => JSON.stringify(value)).join("\n");
      for (const canary of scene.canaries) expect(text).not.toContain(canary);
    });
  });
}

function describesItself(provider: Provider): void {
  it("describes itself and its options", () => {
    expect(provider.interface).toBe(providerInterface);
    expect(provider.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(provider.title).not.toBe("");
    expect(provider.description).toMatch(/[^.\s]$/);
    expect(Object.entries(provider.options).flatMap(([name, spec]) => problemsOf(name, spec))).toEqual([]);
    const chars = Object.values(provider.options).flatMap(({ char }) => char ?? []);
    expect(new Set(chars).size).toBe(chars.length);
    expect(provider.accepts.platforms.length).toBeGreaterThan(0);
    expect(provider.accepts.compressions).toContain("gzip");
  });
}

/** Empty when the option is well described. */
function problemsOf(name: string, spec: OptionSpec): readonly string[] {
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[a-z][a-zA-Z0-9]*$/.test(name), "its name is not camelCase"],
    [/^\S.*[^.\s]$/.test(spec.description), "its description is no phrase without a full stop"],
    [spec.char === undefined || /^[a-zA-Z]$/.test(spec.char), "its char is not one letter"],
    [spec.env === undefined || /^[A-Z][A-Z0-9_]*$/.test(spec.env), "its variable is not in capitals"],
    [!spec.secret || spec.default === undefined, "it is secret and has a default"],
    [!spec.choices || spec.default === undefined || spec.choices.includes(String(spec.default)), "its default is none of its choices"],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [`${name}: ${problem}`]));
}

function isDelivery({ verb }: PlanAction): boolean {
  return verb === "write" || verb === "push" || verb === "load";
}

function sorted(actions: readonly PlanAction[] = []): readonly string[] {
  return actions.map(({ verb, target }) => `${verb} ${target}`).sort();
}

const refuse: Provider["check"] = () =>
  Promise.reject(Object.assign(new Error("refused"), { code: "CREDENTIALS_INVALID", hint: "Give credentials.", facts: {} }));

/** A careless provider: throws everything it was given. */
const leak: Provider["publish"] = (_images, ctx) => {
  const everything = JSON.stringify({ env: ctx.env, options: ctx.options });
  ctx.report({ type: "output", id: "leak", text: everything });
  ctx.report({ type: "warned", code: "LEAK", message: everything });
  throw new Error(everything, { cause: everything });
};

async function failure(run: Promise<unknown>): Promise<unknown> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isPublishError(error)) throw new Error("publish threw no PublishError", { cause: error });
  const { code, message, hint, facts, stack, cause } = error;
  return { code, message, hint, facts, stack, cause: String(cause) };
}
