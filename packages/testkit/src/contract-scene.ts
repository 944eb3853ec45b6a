import { randomBytes } from "node:crypto";
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
import type { ContractSetup } from "./contract.ts";

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
  /** Events of every run so far. */
  events(): readonly PublishEvent[];
  /** Ids of the steps of the latest run, in order. */
  steps(): readonly string[];
  runtimesAsked(): number;
  temporaryFiles(): Promise<readonly string[]>;
  readonly root: string;
  readonly formerTmpdir: string | undefined;
}

/** Makes the fixture: two small tables, a one-layer runtime, a TMPDIR of its own. */
export async function openScene(provider: Provider, setup: ContractSetup): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), "contract-"));
  const [dir, input, temporary] = [join(root, "out"), join(root, "contract-site"), join(root, "tmp")];
  for (const folder of [dir, input, temporary]) await mkdir(folder);
  await writeFile(join(input, "pets.csv"), "name,legs\nRex,4\nTweety,2\n");
  await writeFile(join(input, "quirks, ü.csv"), "a,b\n1,\n,é\n");
  const formerTmpdir = process.env.TMPDIR;
  process.env.TMPDIR = temporary;

  const secrets = canariesFor(provider);
  const runtimes = { asked: 0 };
  const events: PublishEvent[] = [];
  let latest: PublishEvent[] = [];
  const run = (changes: RunChanges = {}): Promise<PublishResult> => {
    latest = [];
    const stop = new AbortController();
    const report = (event: PublishEvent): void => {
      events.push(event);
      latest.push(event);
      if (event.type === "step.started" && latest.filter(({ type }) => type === "step.started").length === changes.abortAtStep)
        stop.abort();
    };
    const request = {
      paths: [input],
      convert: {},
      site: { name: "contract-site" },
      options: { ...secrets.options, ...setup.options(dir), ...changes.options },
      env: { ...setup.env, ...secrets.env, ...changes.env },
      dryRun: changes.dryRun ?? false,
      runtime: (platform: Runtime["platform"]) => (runtimes.asked++, fakeRuntime(platform, join(root, "runtime"))),
    };
    return publish(changes.provider ?? provider, request, { report, signal: stop.signal });
  };
  return {
    root,
    dir,
    formerTmpdir,
    canaries: secrets.values,
    run,
    events: () => events,
    steps: () => latest.flatMap((event) => (event.type === "step.started" ? [event.id] : [])),
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

function canariesFor(provider: Provider): { env: Record<string, string>; options: Record<string, string>; values: string[] } {
  const env: Record<string, string> = { DATASETTE_SECRET: canary(), SOME_API_TOKEN: canary() };
  const options: Record<string, string> = {};
  for (const [name, spec] of Object.entries(provider.options)) if (spec.secret && !spec.choices) options[name] = canary();
  return { env, options, values: [...Object.values(env), ...Object.values(options)] };
}

function canary(): string {
  return `canary-${randomBytes(12).toString("hex")}`;
}
