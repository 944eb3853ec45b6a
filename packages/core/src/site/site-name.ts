import { basename, extname, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";

const maxNameLength = 40;
const slugPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const inputExtensions = new Set([".csv", ".tsv", ".tab", ".db", ".sqlite", ".sqlite3", ".zip"]);

/** A site name from the first of `paths`, a folder or a file: lower-case ASCII letters, digits and hyphens, at most 40. */
export function siteName(paths: readonly string[]): string {
  const base = basename(resolve(paths[0] ?? ".")).replace(/\.gz$/i, "");
  const extension = extname(base);
  const stem = inputExtensions.has(extension.toLowerCase()) ? base.slice(0, -extension.length) : base;
  const slug = stem
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return slug.replace(/^-/, "").slice(0, maxNameLength).replace(/-$/, "") || "data";
}

/** @throws PublishError `SITE_NAME_INVALID` when `name` is no slug of at most 40 characters. */
export function checkName(name: string): void {
  if (name.length <= maxNameLength && slugPattern.test(name)) return;
  throw new PublishError(
    "SITE_NAME_INVALID",
    `${JSON.stringify(name)} is not a site name.`,
    `Give --name lower-case letters, digits and hyphens, at most ${maxNameLength}, such as ${siteName([name])}.`,
    { name, limit: maxNameLength },
  );
}
