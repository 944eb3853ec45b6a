import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PublishError } from "@datasette-publish/core";

const aptDir = "/etc/apt";

/**
 * Root addresses of the Debian mirrors this machine uses, without a trailing slash: `DEBIAN_MIRROR` alone when set,
 * otherwise what apt's sources name (sources.list(5), both formats). Every mirror's pool serves every release.
 */
export async function findMirrors(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  if (env.DEBIAN_MIRROR) return [env.DEBIAN_MIRROR.replace(/\/+$/, "")];
  const uris = (await readSources()).flatMap(parseSources);
  const mirrors = [...new Set(uris.map((uri) => uri.replace(/\/+$/, "")))];
  if (mirrors.length > 0) return mirrors;
  throw new PublishError(
    "RUNTIME_DOWNLOAD_FAILED",
    "No Debian mirror is known: apt's sources name none.",
    "Set DEBIAN_MIRROR to the address of a Debian mirror.",
  );
}

/** The mirror addresses in one apt source file: `deb` lines, or deb822 stanzas with `Types: deb`. Archives other than `…/debian` are left out. */
export function parseSources(text: string): string[] {
  const oneLine = [...text.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/gm)].map((match) => match[1] ?? "");
  const stanzas = text.split(/\n\s*\n/).filter((stanza) => /^Types:(?:.*\s)?deb(?:\s|$)/m.test(stanza) && !/^Enabled:\s*no/im.test(stanza));
  const deb822 = stanzas.flatMap((stanza) => (/^URIs:(.*)$/m.exec(stanza)?.[1] ?? "").trim().split(/\s+/));
  return [...oneLine, ...deb822].filter((uri) => /^https?:\/\/.*\/debian\/?$/.test(uri));
}

async function readSources(): Promise<string[]> {
  const parts = await readdir(join(aptDir, "sources.list.d")).catch(() => []);
  const names = parts.filter((name) => /\.(list|sources)$/.test(name)).sort();
  const paths = [join(aptDir, "sources.list"), ...names.map((name) => join(aptDir, "sources.list.d", name))];
  return Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => "")));
}
