import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { step, type Context } from "../events/events.ts";
import { replaceFile } from "../files/replace-file.ts";
import { inspectImage } from "../inspect/inspect.ts";
import type { Image } from "../oci/types.ts";
import { contentsOf, createdLabel, labelsOf, type ImageContents } from "./contents.ts";
import { toCycloneDx } from "./cyclonedx.ts";
import { sbomFormat } from "./format.ts";
import { toSpdx } from "./spdx.ts";

/**
 * Refuses, before anything is made, a file that {@link writeSbom} could not write.
 * @throws PublishError `OPTION_INVALID` for a name that says no format, `OUTPUT_UNWRITABLE`
 */
export async function checkSbomPath(file: string): Promise<void> {
  sbomFormat(file);
  const target = resolve(file);
  const problem = (await isFolder(target))
    ? `${target} is a folder.`
    : (await isFolder(dirname(target)))
      ? null
      : `There is no folder ${dirname(target)}.`;
  if (problem !== null) throw new PublishError("OUTPUT_UNWRITABLE", problem, "Choose another file.", { path: target });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/**
 * Writes what is in a site's images to `file`, in the format that its name says: packages, CPython, databases. It is read from the images
 * themselves, and has no time but the one of the packages' lock: the same images give the same bytes.
 *
 * @returns the absolute path
 * @throws PublishError `OPTION_INVALID` for a name that says no format; what `inspectImage` throws; system errors of the file system as they are
 */
export async function writeSbom(name: string, images: readonly Image[], file: string, ctx: Context): Promise<string> {
  const format = sbomFormat(file);
  const target = resolve(file);
  await step(ctx, "sbom", "Write the bill of materials", async () => {
    const contents: ImageContents[] = [];
    for (const image of images) contents.push(contentsOf(name, image, await inspectImage(image, { ...ctx, report: () => {} })));
    const created = images
      .map((image) => labelsOf(image)[createdLabel] ?? "")
      .sort()
      .at(-1)!;
    const bill = (format === "spdx" ? toSpdx : toCycloneDx)(name, created, contents);
    await replaceFile(target, `${JSON.stringify(bill, null, 2)}\n`, 0o644);
  });
  return target;
}
