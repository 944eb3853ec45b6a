import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  openProject,
  writeLayer,
  type Context,
  type HostRequest,
  type OptionValues,
  type Provider,
  type PublishEvent,
  type PublishResult,
  type Runtime,
} from "@datasette-publish/core";
import { vi } from "vitest";
import { canariesFor } from "./contract-canaries.ts";
import { problemsOfDeployment, problemsOfError, problemsOfEvent } from "./contract-protocol.ts";
import type { ContractSetup } from "./contract-setup.ts";
import { publishSite } from "./publish-site.ts";

/** A stand-in for a host starts at once, or never. */
const healthTimeoutMs = 20_000;
const sickTimeoutMs = 1000;

/** How one publish of the suite differs from the plain one. */
export interface RunChanges {
  readonly provider?: Provider;
  readonly dryRun?: boolean;
  readonly options?: OptionValues;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Cancel when this step starts, counted from 1, or so long after. */
  readonly abortAtStep?: number;
  readonly abortAfterMs?: number;
  /** Cancels the run from outside. */
  readonly signal?: AbortSignal;
  /** The published site answers 503 to the health check. */
  readonly isSick?: boolean;
  /** Publish another folder of the same name. */
  readonly elsewhere?: boolean;
}

/** One test's folder, input and canaries, and a `run` that publishes. */
export interface Scene {
  /** Where the provider's files go. */
  readonly dir: string;
  readonly canaries: readonly string[];
  /** Names and values of what the site is to be given, but for its own secret. */
  variables(): readonly (readonly [string, string])[];
  run(changes?: RunChanges): Promise<PublishResult>;
  /** Gives the site other data. */
  change(): Promise<void>;
  /** What a verb that looks after the site is asked with. */
  request(changes?: RunChanges): HostRequest;
  readonly report: (event: PublishEvent) => void;
  /** What the latest publish that went through left, no dry run. */
  latest(): PublishResult | undefined;
  /** Events of every run so far. */
  events(): readonly PublishEvent[];
  /** What is wrong with what publishes have thrown, returned and reported so far: errors, warnings, what to do next. */
  misspoken(): readonly string[];
  /** Addresses that were asked through `ctx.fetch`, and what was written to the console. */
  traces(): readonly string[];
  /** Ids of the steps of the latest run, in order. */
  steps(): readonly string[];
  runtimesAsked(): number;
  temporaryFiles(): Promise<readonly string[]>;
  readonly close: () => void;
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
  const [dir, input, elsewhere] = [join(root, "out"), join(root, "contract-site"), join(root, "elsewhere", "contract-site")];
  const [temporary, home] = [join(root, "tmp"), join(root, "home")];
  for (const folder of [dir, input, elsewhere, temporary, home]) await mkdir(folder, { recursive: true });
  let legs = 4;
  const change = () => writeFile(join(input, "pets.csv"), `name,legs\nRex,${legs++}\nTweety,2\n`);
  await change();
  await writeFile(join(elsewhere, "pets.csv"), "name,legs\nFelix,4\n");
  await writeFile(join(input, "quirks, ü.csv"), "a,b\n1,\n,é\n");
  const formerTmpdir = process.env.TMPDIR;
  process.env.TMPDIR = temporary;

  const secrets = canariesFor(provider, setup);
  const runtimes = { asked: 0 };
  const events: PublishEvent[] = [];
  let ofRun: PublishEvent[] = [];
  let latest: PublishResult | undefined;
  const misspoken: string[] = [];
  const traces: string[] = [];
  const consoles = (["log", "info", "warn", "error", "debug"] as const).map((name) =>
    vi
      .spyOn(console, name)
      .mockImplementation((...words: unknown[]) => void traces.push(`console.${name}: ${words.map((word) => inspect(word)).join(" ")}`)),
  );
  const streams = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    return vi
      .spyOn(stream, "write")
      .mockImplementation((...given: unknown[]) => (traces.push(`output: ${String(given[0])}`), write(...given)));
  });
  const request = (changes: RunChanges = {}): HostRequest => ({
    project: openProject([changes.elsewhere ? elsewhere : input]),
    options: { ...secrets.options, ...setup.options(dir), ...changes.options },
    env: { PATH: process.env["PATH"], HOME: home, XDG_DATA_HOME: join(root, "data"), ...setup.env, ...secrets.env, ...changes.env },
    fetch: (address, init) => {
      const { href, pathname } = new URL(address instanceof Request ? address.url : address);
      traces.push(href);
      if (changes.isSick && pathname.endsWith("/-/versions.json")) return Promise.resolve(new Response("sick", { status: 503 }));
      return fetch(address, init);
    },
    ...(setup.clock && { clock: setup.clock }),
    timeoutMs: changes.isSick ? sickTimeoutMs : healthTimeoutMs,
  });
  const run = async (changes: RunChanges = {}): Promise<PublishResult> => {
    ofRun = [];
    const stop = new AbortController();
    const report = (event: PublishEvent): void => {
      events.push(event);
      ofRun.push(event);
      misspoken.push(...problemsOfEvent(event));
      if (event.type !== "step.started" || ofRun.filter(({ type }) => type === "step.started").length !== changes.abortAtStep) return;
      if (changes.abortAfterMs === undefined) stop.abort();
      else setTimeout(() => stop.abort(), changes.abortAfterMs);
    };
    const whole = {
      ...request(changes),
      site: { pluginSecrets: secrets.pluginSecrets },
      variables: secrets.variables,
      dryRun: changes.dryRun ?? false,
      runtime: (platform: Runtime["platform"], ctx: Context) => {
        runtimes.asked++;
        return setup.runtime?.(platform, ctx) ?? fakeRuntime(platform, join(root, "runtime"));
      },
    };
    const signal = AbortSignal.any([stop.signal, ...(changes.signal ? [changes.signal] : [])]);
    const result = await publishSite(changes.provider ?? provider, whole, { report, signal }).catch((error: unknown) => {
      misspoken.push(...problemsOfError(error));
      throw error;
    });
    if (result.deployment === undefined) return result;
    misspoken.push(...problemsOfDeployment(result.deployment));
    latest = result;
    return result;
  };
  return {
    root,
    dir,
    formerTmpdir,
    canaries: secrets.values,
    variables: () => secrets.expected,
    run,
    change,
    request,
    report: (event) => void events.push(event),
    traces: () => traces,
    close: () => [...consoles, ...streams].forEach((each) => each.mockRestore()),
    latest: () => latest,
    events: () => events,
    misspoken: () => misspoken,
    steps: () => ofRun.flatMap((event) => (event.type === "step.started" ? [event.id] : [])),
    runtimesAsked: () => runtimes.asked,
    temporaryFiles: () => readdir(temporary),
  };
}

/** Puts TMPDIR back and removes the scene's folder. */
export async function closeScene({ close, root, formerTmpdir }: Scene): Promise<void> {
  close();
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
    lockedAt: "2026-11-30T00:00:00Z",
    lockSha256: "0".repeat(64),
  };
}
