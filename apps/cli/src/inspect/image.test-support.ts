import { digestOf, ociManifest, writeLayer, type Image, type Layer } from "@datasette-publish/core/oci";

const names = ["first", "second", "third"];

/** An image of layers, each of files of so many bytes; blobs go into `dir`. A SQLite database is one by its name. */
export async function imageOf(dir: string, ...contents: readonly Readonly<Record<string, number>>[]): Promise<Image> {
  const layers: Layer[] = [];
  for (const [i, files] of contents.entries()) {
    const made = Object.entries(files).map(([name, size]) => ({ name, mode: 0o644, source: contentOf(name, size) }));
    layers.push(await writeLayer(made, dir, names[i]!, { report: () => {} }));
  }
  const platform = { os: "linux", architecture: "amd64" };
  const history = layers.map(({ createdBy }) => ({ created_by: createdBy }));
  const config = Buffer.from(
    JSON.stringify({ ...platform, rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) }, history }),
  );
  const { bytes, digest, mediaType } = ociManifest(config, layers);
  return { platform, layers, config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
}

function contentOf(name: string, size: number): Uint8Array {
  const bytes = Buffer.alloc(size, "x");
  if (name.endsWith(".db")) bytes.write("SQLite format 3\0");
  return bytes;
}
