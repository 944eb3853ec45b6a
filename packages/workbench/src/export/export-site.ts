import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import type { InputFile } from "@datasette-publish/core";
import { ZipFile } from "yazl";
import type { Site, Version } from "../protocol.ts";

/** Everything of a site. */
export interface ExportOf {
  readonly site: Pick<Site, "name" | "title">;
  readonly version: Pick<Version, "provider" | "url" | "decisions" | "publishedMs">;
  /** What it was made of, by the names that the user knows. */
  readonly files: readonly InputFile[];
  /** What was chosen and said, as plain data. */
  readonly settings: object;
  /** The folder that `keepVersion` made. */
  readonly versionDir: string;
}

/**
 * One zip with everything of a site: the original files, the databases, what describes them, what was chosen and decided, and how to run it
 * elsewhere. It streams, whatever its size.
 */
export async function* exportSite(of: ExportOf): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  zip.on("error", failed.reject);
  for (const { path, name } of of.files) zip.addFile(path, `files/${name}`);
  for (const name of await filesBelow(of.versionDir)) zip.addFile(join(of.versionDir, name), `site/${name.split(sep).join("/")}`);
  const settings = { site: of.site.name, title: of.site.title, ...of.settings };
  addText(zip, "settings.json", JSON.stringify(settings, null, 2));
  addText(zip, "decisions.json", JSON.stringify(of.version.decisions, null, 2));
  addText(zip, "README.txt", await readmeOf(of));
  zip.end();
  const output = zip.outputStream as Readable;
  const chunks = output[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const { done, value } = await Promise.race([chunks.next(), failed.promise]);
      if (done === true) return;
      yield value;
    }
  } finally {
    output.destroy();
  }
}

function addText(zip: ZipFile, name: string, text: string): void {
  zip.addBuffer(Buffer.from(`${text}\n`), name);
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name)));
  return files.filter((name) => name !== "arguments.json").sort();
}

async function readmeOf({ site, version, versionDir }: ExportOf): Promise<string> {
  const started = JSON.parse(await readFile(join(versionDir, "arguments.json"), "utf8")) as { line: string; arguments: string[] };
  const command = ["datasette", "serve", ...started.arguments].map(quote).join(" ");
  const datasette = started.line === "0.65" ? "datasette<1" : "datasette>=1.0a0";
  return `${site.title}

Published on ${new Date(version.publishedMs).toISOString().slice(0, 10)} at ${version.url ?? version.provider}.

files          the files as they were handed over
site           the databases (SQLite), and what describes them
settings.json  what was chosen about files, tables and columns, and what the site says of itself
decisions.json who decided what about private data, and when

To publish it again, give the folder "files" to datasette-publish.

To run it on any computer that has Python, without this tool:

    pip install "${datasette}"
    cd site
    ${command}

The databases open in every program that reads SQLite.`;
}

/** An argument for a shell: in quotes where it has more than letters of a path. */
function quote(argument: string): string {
  return /^[\w./:=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
