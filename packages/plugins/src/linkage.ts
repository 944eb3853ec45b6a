import { PublishError, isPublishError, type ImageFile, type Layer, type SitePlatform } from "@datasette-publish/core";
import { unpackLayer } from "@datasette-publish/core/oci";
import { createTarDecoder } from "modern-tar";
import { closeOverLibraries } from "./closure.ts";
import { readElf } from "./elf.ts";

const triplets = { amd64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" } as const;

/**
 * Refuses files with native code that links with a library that neither they nor the runtime's layers have.
 * @throws PublishError `PLUGIN_UNSUPPORTED`
 */
export async function requireLibraries(
  files: readonly ImageFile[],
  layers: readonly Layer[],
  { architecture }: SitePlatform,
): Promise<void> {
  const natives = files.filter(({ source }) => source instanceof Uint8Array && readElf(source) !== null);
  if (natives.length === 0) return;
  const all = new Map<string, ImageFile>();
  for (const layer of layers) for (const file of await namesIn(layer)) all.set(file.name, file);
  for (const file of files) all.set(file.name, file);
  const dirs = [`usr/lib/${triplets[architecture]}`, `lib/${triplets[architecture]}`, "usr/lib", "lib"];
  try {
    closeOverLibraries(
      natives.map(({ name }) => name),
      all,
      dirs,
    );
  } catch (error) {
    if (!isPublishError(error) || error.code !== "RUNTIME_LIBRARY_UNRESOLVED") throw error;
    const { file, library } = error.facts;
    const message = `${String(file).split("/").at(-1)} needs the library ${String(library)}, which the image does not have.`;
    throw new PublishError(
      "PLUGIN_UNSUPPORTED",
      message,
      "Choose another version of the plugin, or one without native code.",
      { file: file ?? null, library: library ?? null },
      error,
    );
  }
}

/** What a layer holds, without the bytes. */
async function namesIn(layer: Layer): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = [];
  const tar = ReadableStream.from(unpackLayer(layer));
  for await (const { header, body } of tar.pipeThrough(createTarDecoder())) {
    await body.cancel();
    const isLink = header.type === "symlink";
    files.push({
      name: header.name.replace(/\/$/, ""),
      mode: header.mode ?? 0o644,
      ...(isLink && { type: "symlink" as const, linkName: header.linkname ?? "" }),
    });
  }
  return files;
}
