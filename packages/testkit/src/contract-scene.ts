import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  publish,
  writeLayer,
  type OptionValues,
  type Provider,
  type PublishEvent,
  type PublishResult,
  type Runtime,
} from "@datasette-publish/core";
import { canariesFor } from "./contract-canaries.ts";
import type { ContractSetup } from "./contract-setup.ts";

/** A stand-in for a host starts at once, or never. */
const healthTimeoutMs = 20_000;

/** How one publish of the suite differs from the plain one. */
export interface RunChanges {
  readonly provider?: Provider;
  readonly dryRun?: boolean;
  readonly options?: OptionValues;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Cancel when this step starts, counted from 1. */
  readonly abortAtStep?: number;
}

/** One test's folder, input and canaries, and a `run` that publishes. */
export interface Scene {
  /** Where the provider's files go. */
  readonly dir: string;
  readonly canaries: readonly string[];
  run(changes?: RunChanges): Promise<PublishResult>;
  /** What the latest publish that went through left, no dry run. */
  latest(): PublishResult | undefined;
  /** Events of every run so far. */
  events(): readonly PublishEvent[];
  /** Ids of the steps of the latest run, in order. */
  steps(): readonly string[];
  runtimesAsked(): number;
  temporaryFiles(): Promise<readonly string[]>;
  readonly root: string;
  readonly formerTmpdir: string | undefined;
}

/** What every part of the suite works with; `scene` is the running test's. */
export interface Contract {
  readonly provider: Provider;
  readonly setup: ContractSetup;
  readonly scene: () => Scene;
}

/** For tests that publish several times. */
export const contractTimeoutMs = 120_000;

/** Makes the fixture: two small tables, a one-layer runtime, a TMPDIR of its own. */
export async function openScene(provider: Provider, setup: ContractSetup): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), "contract-"));
  const [dir, input, temporary] = [join(root, "out"), join(root, "contract-site"), join(root, "tmp")];
  for (const folder of [dir, input, temporary]) await mkdir(folder);
  await writeFile(join(input, "pets.csv"), "name,legs\nRex,4\nTweety,2\n");
  await writeFile(join(input, "quirks, ü.csv"), "a,b\n1,\n,é\n");
  const formerTmpdir = process.env.TMPDIR;
  process.env.TMPDIR = temporary;

  const secrets = canariesFor(provider, setup);
  const runtimes = { asked: 0 };
  const events: PublishEvent[] = [];
  let ofRun: PublishEvent[] = [];
  let latest: PublishResult | undefined;
  const run = async (changes: RunChanges = {}): Promise<PublishResult> => {
    ofRun = [];
    const stop = new AbortController();
    const report = (event: PublishEvent): void => {
      events.push(event);
      ofRun.push(event);
      if (event.type === "step.started" && ofRun.filter(({ type }) => type === "step.started").length === changes.abortAtStep) stop.abort();
    };
    const request = {
      paths: [input],
      convert: {},
      site: { name: "contract-site", pluginSecrets: secrets.pluginSecrets },
      variables: secrets.variables,
      options: { ...secrets.options, ...setup.options(dir), ...changes.options },
      env: { XDG_DATA_HOME: join(root, "data"), ...setup.env, ...secrets.env, ...changes.env },
      ...(setup.fetch === undefined ? {} : { fetch: setup.fetch }),
      timeoutMs: healthTimeoutMs,
      dryRun: changes.dryRun ?? false,
      runtime: (platform: Runtime["platform"]) => (runtimes.asked++, fakeRuntime(platform, join(root, "runtime"))),
    };
    const result = await publish(changes.provider ?? provider, request, { report, signal: stop.signal });
    if (result.deployment !== undefined) latest = result;
    return result;
  };
  return {
    root,
    dir,
    formerTmpdir,
    canaries: secrets.values,
    run,
    latest: () => latest,
    events: () => events,
    steps: () => ofRun.flatMap((event) => (event.type === "step.started" ? [event.id] : [])),
    runtimesAsked: () => runtimes.asked,
    temporaryFiles: () => readdir(temporary),
  };
}

/** Puts TMPDIR back and removes the scene's folder. */
export async function closeScene({ root, formerTmpdir }: Scene): Promise<void> {
  if (formerTmpdir === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = formerTmpdir;
  await rm(root, { recursive: true, force: true });
}

/** Every file and folder below `dir`, sorted. */
export async function listFiles(dir: string): Promise<readonly string[]> {
  return (await readdir(dir, { recursive: true })).sort();
}

/** A runtime of one small layer: enough to assemble, not to run. */
export async function fakeRuntime(platform: Runtime["platform"], dir: string): Promise<Runtime> {
  const file = { name: "etc/contract", mode: 0o644, source: Buffer.from("contract\n") };
  const layer = await writeLayer([file], dir, "contract fixture", { report: () => {} });
  return {
    platform,
    layers: [layer],
    entrypoint: ["/bin/false"],
    env: [],
    user: "65532:65532",
    datasetteVersion: "0.65.5",
    pythonVersion: "3.13.5",
    lockSha256: "0".repeat(64),
  };
}
