import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openImage, unpackLayer } from "@datasette-publish/core/oci";
import type { SiteRunner, SiteStart } from "./site-runner.ts";

const run = promisify(execFile);

/** A runner that leaves nothing behind once it is closed. */
export type DockerRunner = SiteRunner & {
  /** Ends what still runs, and removes the volumes that were made and the images that were pulled. */
  close(): Promise<void>;
};

/** What a runner put into the engine. */
interface Belongings {
  readonly containers: Set<string>;
  readonly volumes: Set<string>;
  readonly images: Set<string>;
}

/** Runs sites in the client's Docker engine, read-only but for `/tmp` and volumes. No value of `env` shows in a process list. */
export function dockerRunner(): DockerRunner {
  const own: Belongings = { containers: new Set(), volumes: new Set(), images: new Set() };
  const start: SiteRunner = async (asked) => {
    await note(asked, own);
    const site = { ...asked, image: await pull(asked.image, own) };
    const command = site.joinsCommand ? { cmd: [await joinedCommand(site.image)] } : {};
    const { stdout } = await docker(["create", ...argumentsOf({ ...site, ...command })], site.env);
    const container = stdout.trim();
    own.containers.add(container);
    const stop = async () => {
      if (own.containers.delete(container)) await docker(["rm", "--force", "--volumes", container]);
    };
    try {
      await docker(["start", container]);
      return { port: await mappedPort(container, site.port), stop };
    } catch (error) {
      const { stdout: output, stderr } = await docker(["logs", "--tail", "20", container]);
      await stop();
      throw new Error(`The site does not start: ${(error as Error).message}\n${output}${stderr}`, { cause: error });
    }
  };
  return Object.assign(start, { close: () => removeAll(own) });
}

function argumentsOf({ image, env, port, entrypoint = [], cmd = [], user, volumes = [] }: SiteStart): string[] {
  const [program, ...rest] = entrypoint;
  return [
    "--read-only",
    "--tmpfs",
    "/tmp",
    "--publish",
    `127.0.0.1::${port}`,
    ...Object.keys(env).flatMap((name) => ["--env", name]),
    ...volumes.flatMap(({ name, path }) => ["--volume", `${name}:${path}`]),
    ...(user === undefined ? [] : ["--user", user]),
    ...(program === undefined ? [] : ["--entrypoint", program]),
    image,
    ...rest,
    ...cmd,
  ];
}

async function joinedCommand(image: string): Promise<string> {
  const { stdout } = await docker(["image", "inspect", "--format", "{{json .Config.Cmd}}", image]);
  return ((JSON.parse(stdout) as string[] | null) ?? []).join(" ");
}

/** Fetches an image that the engine does not have; returns what the engine calls it. One before 23 knows no zstd: it gets the layers unpacked. */
async function pull(image: string, { images }: Belongings): Promise<string> {
  if (await has("image", image)) return image;
  return docker(["pull", "--quiet", image]).then(
    () => image,
    async (error: Error) => {
      // What is wrong otherwise, the engine says again when it is to run the image.
      if (!error.message.includes("failed to register layer")) return image;
      const id = await loadUnpacked(image);
      images.add(id);
      return id;
    },
  );
}

async function loadUnpacked(reference: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "pulled-"));
  try {
    const { config, layers } = await openImage(reference, { workDir: join(dir, "blobs"), from: "registry" }, { report: () => {} });
    const names = layers.map((_, index) => `${index}.tar`);
    for (const [index, layer] of layers.entries()) await writeFile(join(dir, names[index]!), unpackLayer(layer));
    await writeFile(join(dir, "config.json"), config);
    await writeFile(join(dir, "manifest.json"), JSON.stringify([{ Config: "config.json", RepoTags: null, Layers: names }]));
    await run("tar", ["-cf", join(dir, "image.tar"), "-C", dir, "manifest.json", "config.json", ...names]);
    const { stdout } = await docker(["load", "--quiet", "--input", join(dir, "image.tar")]);
    return /sha256:[0-9a-f]{64}/.exec(stdout)![0];
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function mappedPort(container: string, port: number): Promise<number> {
  const { stdout } = await docker(["port", container, `${port}/tcp`]);
  return Number(/^127\.0\.0\.1:(\d+)$/m.exec(stdout)?.[1]);
}

/** Notes what the engine does not have yet, and so will have from here. */
async function note({ image, volumes = [] }: SiteStart, own: Belongings): Promise<void> {
  if (!(await has("image", image))) own.images.add(image);
  for (const { name } of volumes) if (!(await has("volume", name))) own.volumes.add(name);
}

function has(kind: "image" | "volume", name: string): Promise<boolean> {
  return docker([kind, "inspect", name]).then(
    () => true,
    () => false,
  );
}

async function removeAll({ containers, volumes, images }: Belongings): Promise<void> {
  await remove(["rm", "--force", "--volumes"], containers);
  await remove(["volume", "rm", "--force"], volumes);
  await remove(["image", "rm", "--force"], images);
}

/** What never came to be is no reason to keep the rest. */
async function remove(command: readonly string[], names: Set<string>): Promise<void> {
  if (names.size > 0) await docker([...command, ...names]).catch(() => undefined);
  names.clear();
}

/** `env` goes to the client, which passes on what `--env NAME` names. */
function docker(args: readonly string[], env: SiteStart["env"] = {}): Promise<{ stdout: string; stderr: string }> {
  return run("docker", args, { env: { ...process.env, ...env } });
}
