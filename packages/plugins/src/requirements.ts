import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { PublishError, setOption } from "@datasette-publish/core";

/** What a site is to have installed, as pip takes it. */
export interface Requirements {
  /** Arguments of pip: specifiers, paths of wheels, `-r` and a file. */
  readonly arguments: readonly string[];
  /** As the user wrote them: for people. */
  readonly texts: readonly string[];
  /** SHA-256, hex, of what they say: of specifiers, of the bytes of wheels and files. */
  readonly digest: string;
}

/** A name, with extras, then versions or an address of a wheel (PEP 508). */
const specifier = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\s*\[[^\]]*\])?\s*([<>=!~;(@\s].*)?$/s;

/**
 * Reads requirements: a specifier (`datasette-atom>=0.9`), the path of a wheel, or `-r` and a file of requirements.
 * With `isAlpha` a plugin of Datasette that names no version may be a pre-release, as Datasette itself is one.
 *
 * @throws PublishError `OPTION_INVALID`, `INPUT_NOT_FOUND`
 */
export async function readRequirements(texts: readonly string[], { isAlpha = false } = {}): Promise<Requirements> {
  const hash = createHash("sha256").update(JSON.stringify({ isAlpha }));
  const given: string[] = [];
  for (const text of texts.map((each) => each.trim())) {
    const file = /^(?:-r|--requirement)[\s=]*(.+)$/s.exec(text)?.[1];
    if (file !== undefined) given.push("-r", await added(hash, file));
    else if (text.endsWith(".whl") && !/[@:]/.test(text)) given.push(await added(hash, text));
    else given.push(specifierOf(text, isAlpha));
  }
  return { arguments: given, texts, digest: hash.update(JSON.stringify(given.map((each) => basename(each)))).digest("hex") };
}

/** True if a requirement names a source that pip would build: an archive, or an address that is no wheel's. What is a folder, its name does not say. */
export function namesSource(text: string): boolean {
  const given = text.trim();
  if (/(^|@\s*)(git|hg|svn|bzr)\+\w+:/.test(given)) return true;
  if (/(^|@\s*)(https?|file):/.test(given)) return !/\.whl(#.*)?$/.test(given);
  return /\.(zip|tar\.gz|tgz)$/.test(given);
}

function specifierOf(text: string, isAlpha: boolean): string {
  if (!specifier.test(text) || namesSource(text)) throw notInstallable(text);
  return isAlpha && /^datasette[\w.-]*(\s*\[[^\]]*\])?$/i.test(text) ? `${text}>=0a0` : text;
}

function notInstallable(text: string): PublishError {
  const isLocal = /(^|@\s*)file:/.test(text);
  const source =
    isLocal || namesSource(text) || /^(\.|[^-].*[/\\])|^\//.test(text)
      ? [
          ...(isLocal ? ["Give its path, without file: before it."] : []),
          "Only wheels are installed into an image that is assembled, as no code runs then.",
          setOption("builder", "dockerfile", "to build it from source in a Docker engine"),
          "Or build a wheel with pip wheel, and give its path.",
        ]
      : "Give a name with versions, such as datasette-atom>=0.9, the path of a wheel, or -r and a file of requirements.";
  return new PublishError("OPTION_INVALID", `${JSON.stringify(text)} cannot be installed.`, source, {
    option: "install",
    requirement: text,
  });
}

/** The absolute path of a file whose bytes count. */
async function added(hash: ReturnType<typeof createHash>, file: string): Promise<string> {
  const path = resolve(file.trim());
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new PublishError("INPUT_NOT_FOUND", `There is no file ${path}.`, "Check the path.", { option: "install", path }, error);
  });
  hash.update(bytes);
  return path;
}
