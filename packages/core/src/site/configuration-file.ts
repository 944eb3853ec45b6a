import { readFile } from "node:fs/promises";
import { PublishError } from "../errors/publish-error.ts";
import { messageOf } from "../files/failures.ts";
import { inputError, type InputFile } from "../files/input-file.ts";

export type Description = Readonly<Record<string, unknown>>;

/**
 * Reads a metadata, configuration or settings file: JSON by its name, else YAML, which JSON is too.
 * @throws PublishError `SITE_METADATA_INVALID`, `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`
 */
export async function readConfiguration({ path, name }: InputFile): Promise<Description> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw inputError(name, error);
  });
  const value = await parse(name, text.replace(/^\uFEFF/, ""));
  if (isObject(value)) return value;
  const remedies = ["Write it as one object of names and values.", { action: "leave-out", file: name } as const];
  throw new PublishError("SITE_METADATA_INVALID", `${name} is not an object of names and values.`, remedies, { file: name });
}

export function isObject(value: unknown): value is Description {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The YAML package is loaded by a site that has such a file. */
async function parse(name: string, text: string): Promise<unknown> {
  const { DescriptionSyntaxError, parseYaml, refuseTwice } = await import("./yaml.ts");
  const isJson = /\.json$/i.test(name);
  try {
    if (!isJson) return parseYaml(text) ?? {};
    const value: unknown = JSON.parse(text);
    refuseTwice(text);
    return value;
  } catch (error) {
    if (!(error instanceof DescriptionSyntaxError)) throw invalid(name, lineOf(text, error), "JSON", "", error);
    throw invalid(name, error.line, isJson ? "JSON" : "YAML", `: ${error.message}`, error);
  }
}

function lineOf(text: string, error: unknown): number | null {
  const position = /position (\d+)/.exec(messageOf(error))?.[1];
  const atEnd = /end of JSON/.test(messageOf(error));
  return position === undefined && !atEnd ? null : text.slice(0, atEnd ? undefined : Number(position)).split("\n").length;
}

function invalid(file: string, line: number | null, format: "JSON" | "YAML", why: string, error: unknown): PublishError {
  return new PublishError(
    "SITE_METADATA_INVALID",
    `${file}${line === null ? "" : `, line ${line}`} is not valid ${format}${why}.`,
    { action: "replace-file", file, ...(line !== null && { line }) },
    { file, line },
    error,
  );
}
