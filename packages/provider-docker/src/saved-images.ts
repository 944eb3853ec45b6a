import { Readable, addAbortSignal } from "node:stream";
import { connect, engineError, unreachable } from "./engine.ts";
import type { Whose } from "./endpoint.ts";

/**
 * The images of a user's engine, for `openImage` of core: each as the archive that `docker save` writes.
 *
 * @returns a function that gives null if the engine has no such image. It throws PublishError `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`
 */
export function savedImages(whose: Whose): (reference: string, signal?: AbortSignal) => Promise<AsyncIterable<Uint8Array> | null> {
  return async (reference, signal) => {
    const engine = await connect(whose, signal);
    if (engine === undefined) throw unreachable(whose, ["Start Docker, or set DOCKER_HOST.", { action: "retry" }]);
    const image = engine.getImage(reference);
    const doing = `giving the image ${reference}`;
    try {
      await image.inspect();
      return read(whose, (await image.get()) as Readable, doing, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as { statusCode?: number }).statusCode === 404) return null;
      throw engineError(whose, error, doing);
    }
  };
}

async function* read(whose: Whose, archive: Readable, doing: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  if (signal !== undefined) addAbortSignal(signal, archive);
  try {
    yield* archive as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal?.throwIfAborted();
    throw engineError(whose, error, doing);
  }
}
