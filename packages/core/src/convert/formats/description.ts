import { readFile } from "node:fs/promises";
import { PublishError } from "../../errors/publish-error.ts";
import { inputError, type InputFile } from "../../files/input-file.ts";

/** A key, in JSON or YAML, that says who may see something. */
const rule = /(?:^|[\s{,])["']?(?:allow|allow_sql|permissions)["']?\s*:/;

/**
 * Metadata that is not at the top of a project's folder is not followed. What it forbids must not be open unseen.
 * @throws PublishError `INPUT_UNSUPPORTED` where it says who may see something
 */
export async function refuseRules({ path, name: file }: InputFile): Promise<void> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw inputError(file, error);
  });
  if (!rule.test(text)) return;
  const message = `${file} says who may see something, and would not be followed: a site is described at the top of its folder.`;
  const remedies = ["Unpack the archive if it is in one, and give the folder that the file is in.", { action: "leave-out", file } as const];
  throw new PublishError("INPUT_UNSUPPORTED", message, remedies, { file });
}
