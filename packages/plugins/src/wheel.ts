import { buffer } from "node:stream/consumers";
import { PublishError, type ImageFile } from "@datasette-publish/core";
import { openPromise } from "yauzl";

/**
 * What serves nothing in an image: C sources and headers, type stubs, install records (the wheel's hashes are in the lock),
 * and PyYAML's binding of libyaml, 2.6 MB that PyYAML does without.
 */
const dropped = new RegExp(
  [
    String.raw`\.(c|h|cpp|pyx|pxd|pyi|pyd)$`,
    String.raw`(^|/)py\.typed$`,
    String.raw`\.dist-info/(RECORD|WHEEL|INSTALLER|REQUESTED|top_level\.txt|zip-safe|sboms/.*)$`,
    String.raw`^[^/]+\.data/(scripts|headers|data)/`,
    String.raw`^yaml/_yaml\.[^/]*\.so$`,
  ].join("|"),
);

/** The files of a wheel (PEP 427) under `dir`, `.data/purelib` and `.data/platlib` at their place. Metadata, entry points and licences stay. */
export async function readWheel(path: string, dir: string): Promise<ImageFile[]> {
  const zip = await openPromise(path);
  const files: ImageFile[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith("/") || dropped.test(entry.fileName)) continue;
    const name = entry.fileName.replace(/^[^/]+\.data\/(purelib|platlib)\//, "");
    if (name.split("/").includes("..")) throw invalid(path, name);
    const source = await buffer(await zip.openReadStreamPromise(entry));
    files.push({ name: `${dir}/${name}`, mode: 0o644, source });
  }
  return files;
}

function invalid(path: string, name: string): PublishError {
  return new PublishError(
    "RUNTIME_DOWNLOAD_FAILED",
    `The wheel ${path} holds an unsafe path: ${name}.`,
    "Report this to the wheel's maintainers.",
  );
}
