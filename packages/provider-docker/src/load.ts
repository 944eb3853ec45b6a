import { Readable } from "node:stream";
import type { HostContext, Image } from "@datasette-publish/core/provider";
import type { Whose } from "./endpoint.ts";
import { engineError, refused, type Engine } from "./engine.ts";

/** Loads the image into the engine under `tag`. Throws `ENGINE_REFUSED` with what the engine said. */
export function loadImage(engine: Engine, image: Image, tag: string, ctx: HostContext): Promise<void> {
  return loadArchive(engine, ctx.deliver.archiveStream(image, tag), ctx);
}

/** Loads an image's archive into the engine. Throws `ENGINE_REFUSED` with what the engine said. */
export async function loadArchive(
  engine: Engine,
  chunks: AsyncIterable<Uint8Array>,
  ctx: Whose & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const archive = Readable.from(chunks, { objectMode: false });
  let broken: unknown;
  archive.once("error", (error) => (broken = error));
  try {
    const answer = await engine.loadImage(archive, { quiet: true, ...(ctx.signal ? { abortSignal: ctx.signal } : {}) });
    for (const { error } of await readAnswer(answer as Readable)) if (error) throw refused(ctx, "the image", error);
  } catch (error) {
    ctx.signal?.throwIfAborted();
    if (broken !== undefined) throw broken;
    throw ctx.isError(error) ? error : engineError(ctx, error, "loading the image");
  } finally {
    archive.destroy();
  }
}

async function readAnswer(answer: Readable): Promise<{ error?: string }[]> {
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return text.split("\n").flatMap((line) => {
    try {
      return line.trim() === "" ? [] : [JSON.parse(line) as { error?: string }];
    } catch {
      return [];
    }
  });
}
