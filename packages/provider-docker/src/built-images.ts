import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { Readable, addAbortSignal } from "node:stream";
import type { Whose } from "./endpoint.ts";
import { connect, engineError, refused, unless, unreachable, type Engine } from "./engine.ts";

/** What an engine is to build. */
interface BuildRequest {
  /** A tar with a `Dockerfile`, and what that copies. */
  readonly context: AsyncIterable<Uint8Array>;
  readonly platform: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onLine: (line: string) => void;
}

/**
 * Builds in a user's engine, by its classic builder, and gives the image as the archive that `docker save` writes. The image itself is removed
 * once that is read, or the reading ends; the stage that it copies from stays, so that the next build is quick.
 *
 * @returns a function that throws PublishError `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`
 */
export function builtImages(whose: Whose): (request: BuildRequest) => Promise<AsyncIterable<Uint8Array>> {
  return async (request) => {
    const engine = await connect(whose, request.signal);
    if (engine === undefined) throw unreachable(whose, ["Start Docker, or set DOCKER_HOST.", { action: "retry" }]);
    const reference = `datasette-publish-build:${randomUUID()}`;
    await build(whose, engine, reference, request);
    return read(whose, engine, reference, request.signal);
  };
}

/** One line of what the engine answers while it builds. */
interface Progress {
  readonly stream?: string;
  readonly error?: string;
}

async function build(
  whose: Whose,
  engine: Engine,
  t: string,
  { context, platform, buildArguments, signal, onLine }: BuildRequest,
): Promise<void> {
  const tar = Readable.from(context, { objectMode: false });
  let broken: unknown;
  tar.once("error", (error) => (broken = error));
  const said: string[] = [];
  try {
    const options = { t, platform, buildargs: { ...buildArguments }, forcerm: true, ...(signal && { abortSignal: signal }) };
    const answer = (await engine.buildImage(tar, options)) as Readable;
    if (signal !== undefined) addAbortSignal(signal, answer);
    for await (const line of createInterface({ input: answer })) {
      if (line.trim() === "") continue;
      const { stream, error } = JSON.parse(line) as Progress;
      if (error !== undefined) throw refused(whose, "the build", withLast(said, error));
      const text = stream?.trimEnd() ?? "";
      if (text === "") continue;
      said.push(text);
      onLine(text);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (broken !== undefined) throw broken;
    throw whose.isError(error) ? error : engineError(whose, error, "building the image");
  } finally {
    tar.destroy();
  }
}

/** What a step printed says more than that it failed. */
function withLast(said: readonly string[], error: string): string {
  return [...said.slice(-3).flatMap((text) => text.split("\n").slice(-3)), error].join("\n");
}

async function* read(whose: Whose, engine: Engine, reference: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const image = engine.getImage(reference);
  const doing = "giving the image that it built";
  try {
    const archive = (await image.get()) as Readable;
    if (signal !== undefined) addAbortSignal(signal, archive);
    yield* archive as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal?.throwIfAborted();
    throw engineError(whose, error, doing);
  } finally {
    // By its name: an image that has another name as well stays.
    await unless(404, image.remove() as Promise<unknown>).catch(() => {});
  }
}
