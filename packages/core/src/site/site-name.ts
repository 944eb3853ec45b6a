import { createHash } from "node:crypto";
import { basename, extname, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";

const maxNameLength = 40;
const slugPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const inputExtensions = new Set([".csv", ".tsv", ".tab", ".db", ".sqlite", ".sqlite3", ".zip"]);

/** What a folder or a file is called, as it is written, without the extension of data. */
export function stemOf(path: string): string {
  const base = basename(resolve(path)).replace(/\.gz$/i, "");
  const extension = extname(base);
  return inputExtensions.has(extension.toLowerCase()) ? base.slice(0, -extension.length) : base;
}

/**
 * A site name from the name of a folder or a file: lower-case ASCII letters, digits and hyphens, at most 40.
 * One of other letters only is `data-` and six hex digits of its hash, so that two of them are two sites.
 */
export function siteName(path: string): string {
  const stem = stemOf(path);
  const slug = stem
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return slug.replace(/^-/, "").slice(0, maxNameLength).replace(/-$/, "") || `data-${shortHash(stem)}`;
}

/** Of the composed form: macOS writes names in the decomposed one. */
function shortHash(name: string): string {
  return createHash("sha256").update(name.normalize("NFC")).digest("hex").slice(0, 6);
}

/** @throws PublishError `SITE_NAME_INVALID` when `name` is no slug of at most 40 characters. */
export function checkName(name: string): void {
  if (name.length <= maxNameLength && slugPattern.test(name)) return;
  throw new PublishError(
    "SITE_NAME_INVALID",
    `${JSON.stringify(name)} is not a site name.`,
    [`Use lower-case letters, digits and hyphens, at most ${maxNameLength}.`, setOption("name", siteName(name), "for one")],
    { name, limit: maxNameLength },
  );
}
