import { execFile, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Makes an image from a source tarball with a Dockerfile; `write` takes each line of output.
 *
 * @returns the image's id, which is its config's digest
 * @throws Error when the build fails
 */
export type ImageBuilder = (tarball: string, write: (line: string) => void) => Promise<string>;

/** Builds nothing: the id is made from the name of the file. */
export function stubBuilder(): ImageBuilder {
  return async (tarball, write) => {
    write("Successfully built");
    return `sha256:${createHash("sha256").update(tarball).digest("hex")}`;
  };
}

/** An {@link ImageBuilder} that leaves nothing behind once it is closed. */
export type DockerBuilder = ImageBuilder & {
  /** Removes the images that were built. */
  close(): Promise<void>;
};

/** Builds in the Docker engine that the client finds, without a network. */
export function dockerBuilder(): DockerBuilder {
  const tags = new Set<string>();
  const build: ImageBuilder = async (tarball, write) => {
    const tag = `heroku-build:${randomUUID()}`;
    tags.add(tag);
    await dockerBuild(tarball, tag, write);
    const { stdout } = await run("docker", ["image", "inspect", "--format", "{{.Id}}", tag]);
    return stdout.trim();
  };
  const close = async () => {
    if (tags.size > 0) await run("docker", ["image", "rm", "--force", ...tags]).catch(() => undefined);
    tags.clear();
  };
  return Object.assign(build, { close });
}

async function dockerBuild(tarball: string, tag: string, write: (line: string) => void): Promise<void> {
  const args = ["build", "--rm", "--force-rm", "--network", "none", "--tag", tag, "-"];
  const child = spawn("docker", args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, DOCKER_BUILDKIT: "0" } });
  for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on("line", write);
  const closed = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  await Promise.all([pipeline(createReadStream(tarball), child.stdin).catch(() => undefined), closed]);
  const status = await closed;
  if (status !== 0) throw new Error(`docker build ended with status ${status}.`);
}
