import type { Release, Version } from "@datasette-publish/workbench/protocol";

/** A release of the host, with what was published from here as it. */
export interface KnownRelease extends Release {
  /** Undefined: it was published from elsewhere, or before this tool was there. */
  readonly version: Version | undefined;
  /** Milliseconds since 1970; null: nobody knows. */
  readonly atMs: number | null;
}

/**
 * The host's releases, newest first as it tells them, with when each was published and what is in it. Changes of settings, to which it
 * cannot go back, are not among them.
 */
export function knownReleases(releases: readonly Release[], versions: readonly Version[]): readonly KnownRelease[] {
  const known = releases.map((release) => {
    const version = versions.find((one) => isOf(release, one));
    const createdMs = release.createdAt === null ? Number.NaN : Date.parse(release.createdAt);
    return { ...release, version, atMs: Number.isNaN(createdMs) ? (version?.publishedMs ?? null) : createdMs };
  });
  return known.filter(({ restorable, current, version }) => restorable !== false || current || version !== undefined);
}

/** A host names its release in what a publish told: by a digest of which an id may be a part, or by a number. */
function isOf({ id, description }: Release, { result }: Version): boolean {
  const facts = Object.values(result.deployment?.facts ?? {}).filter((fact): fact is string => typeof fact === "string");
  return facts.some(
    (fact) => fact === id || (isDigest(fact) && (fact.slice("sha256:".length).startsWith(id) || description.includes(fact))),
  );
}

const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);
