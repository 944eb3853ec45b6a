import type { Image, Published, Remedy, Rollout, Task } from "@datasette-publish/core/provider";
import { reasonGone, removalTask, replaceTask, type Started } from "./container.ts";
import { hostOf, isLocal, type Engine } from "./engine.ts";
import { containersOf } from "./label.ts";
import { loadImage } from "./load.ts";
import { memoryArguments } from "./memory.ts";
import { defaultPort, type Publish } from "./options.ts";
import { variablesOf } from "./variables.ts";

/** What a publish does for one target. */
export type Part = Omit<Rollout, "result"> & {
  readonly result: (made: Parameters<Rollout["result"]>[0]) => Published & { readonly id: string };
};

/** Writes an archive; `begin` is called before. */
export function archivePart(archive: string, tag: string, begin: () => void, ctx: Publish): Part {
  const write: Task<{ file: string; sizeBytes: number; sha256: string }> = {
    verb: "write",
    target: archive,
    run({ images: [image] }) {
      begin();
      return ctx.deliver.archive(image, archive, tag);
    },
  };
  return {
    tasks: [write],
    result({ images: [image], resultOf }) {
      const { file, sizeBytes, sha256 } = resultOf(write);
      const load: Remedy = { action: "run", run: ["docker", "load", "-i", file] };
      return {
        id: file,
        next: [load, runCommand(tag, image, ctx)],
        facts: { archive: file, archiveSizeBytes: sizeBytes, archiveSha256: sha256 },
      };
    },
  };
}

/** Writes a layout of all platforms. */
export function layoutPart(layout: string, tag: string, ctx: Publish): Part {
  const write: Task<{ dir: string; digest: string }> = {
    verb: "write",
    target: layout,
    run: ({ images }) => ctx.deliver.layout(images, layout, tag),
  };
  return {
    tasks: [write],
    result({ resultOf }) {
      const { dir, digest } = resultOf(write);
      const variables = variableArguments(ctx).join(" ");
      const note = variables === "" ? {} : { note: `its containers need ${variables}` };
      const inspect: Remedy = { action: "run", run: ["skopeo", "inspect", `oci:${dir}`], ...note };
      return { id: dir, next: [inspect], facts: { layout: dir, layoutDigest: digest } };
    },
  };
}

/** Pushes the image, or an index over all platforms. */
export function pushPart(target: string, ctx: Publish): Part {
  const push: Task<{ reference: string; digest: string }> = {
    verb: "push",
    target,
    ownSteps: true,
    run: ({ images }) => ctx.deliver.push(images, target),
  };
  return {
    tasks: [push],
    result({ images: [image], resultOf }) {
      const { reference, digest } = resultOf(push);
      return { id: reference, next: [runCommand(reference, image, ctx)], facts: { reference, digest } };
    },
  };
}

/** Loads the image into the engine. */
export function loadPart(engine: Engine, tag: string, ctx: Publish): Part {
  return {
    tasks: [loadTask(engine, tag, ctx)],
    result({ images: [image] }) {
      const run: Remedy = { action: "set-option", option: "run", value: true, note: "to have it served here, and kept running" };
      return { id: tag, next: [...(isLocal(ctx) ? [run] : []), runCommand(tag, image, ctx)], facts: { tag } };
    },
  };
}

/** Loads the image into the engine, and runs it in place of the site's earlier containers, with their variables. */
export async function containerPart(engine: Engine, tag: string, port: number, ctx: Publish): Promise<Part> {
  const earlier = { engine, containers: await containersOf(ctx, engine, ctx.siteName) };
  const address = ctx.options.bind ?? "127.0.0.1";
  const host = /^(0\.0\.0\.0|::)$/.test(address) ? hostOf(ctx) : address;
  const url = urlOf(host, port, ctx.site.serve.settings["base_url"]);
  const request = async (image: Image) => {
    const kept = await variablesOf(ctx, engine, earlier.containers);
    const variables = { ...kept, ...ctx.variables(Object.keys(kept)) };
    const binding = { inside: exposedPort(image), port, address };
    return { image: tag, source: ctx.source, url, variables, binding, memoryMb: ctx.options.memory };
  };
  const replace = replaceTask(earlier, ({ images: [image] }) => request(image), ctx);
  const remove = removalTask(earlier, replace, ctx);
  const afterwards: readonly Task<Started>[] = earlier.containers.length > 0 ? [remove] : [];
  return {
    tasks: [loadTask(engine, tag, ctx), replace],
    afterwards,
    resumes: false,
    url: () => url,
    gone: ({ resultOf }) => reasonGone(ctx, resultOf(replace)),
    result({ resultOf }) {
      const { name } = resultOf(afterwards[0] ?? replace);
      return { id: name, facts: { tag, container: name, port } };
    },
  };
}

function loadTask(engine: Engine, tag: string, ctx: Publish): Task {
  return { verb: "load", target: tag, run: ({ images: [image] }) => loadImage(engine, image, tag, ctx) };
}

/** The port the image's config exposes; the launcher listens there when `PORT` says so. */
function exposedPort(image: Image): number {
  const { config } = JSON.parse(Buffer.from(image.config).toString()) as { config?: { ExposedPorts?: Record<string, unknown> } };
  return Number.parseInt(Object.keys(config?.ExposedPorts ?? {})[0] ?? "", 10) || defaultPort;
}

/** Where the site answers; `setting` is Datasette's `base_url`, made to have a slash at either end. */
function urlOf(host: string, port: number, setting = "/"): string {
  return `http://${host}:${port}${`/${setting}/`.replace(/\/+/g, "/")}`;
}

function runCommand(reference: string, image: Image, ctx: Publish): Remedy {
  const port = exposedPort(image);
  const memory = memoryArguments(ctx.options.memory);
  const fixed = ["--rm", "-p", `127.0.0.1:${port}:${port}`, "--read-only", ...memory, "--security-opt", "no-new-privileges"];
  return { action: "run", run: ["docker", "run", ...fixed, ...variableArguments(ctx), reference] };
}

/** The user's variables as `docker run` takes them from the environment; Datasette makes itself a secret when it gets none. */
function variableArguments({ variables }: Publish): string[] {
  return Object.keys(variables(["DATASETTE_SECRET"])).flatMap((name) => ["-e", name]);
}
