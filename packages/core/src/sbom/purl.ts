/** Package URLs: who made a package and which one it is, without saying where somebody took it from (purl-spec). */

/** Debian 13's; `source` is a binary package's `Source`, when its name differs. */
export function debPurl(name: string, version: string, architecture: string | null, source: string | null): string {
  const qualifiers = { arch: architecture, distro: "debian-13", upstream: source?.replace(/ \((.*)\)$/, "@$1") ?? null };
  return `pkg:deb/debian/${encode(name)}@${encode(version)}${query(qualifiers)}`;
}

/** The name as the index normalizes it (PEP 503). */
export function wheelPurl(name: string, version: string): string {
  return `pkg:pypi/${encode(name.toLowerCase().replaceAll(/[-_.]+/g, "-"))}@${encode(version)}`;
}

export function pythonPurl(version: string): string {
  return `pkg:generic/python@${encode(version)}`;
}

export function imagePurl(name: string, digest: string, architecture: string): string {
  return `pkg:oci/${encode(name.toLowerCase())}@${encode(digest)}${query({ arch: architecture })}`;
}

function query(qualifiers: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(qualifiers).filter(([, value]) => value !== null);
  return given.length === 0 ? "" : `?${given.map(([key, value]) => `${key}=${encode(value!)}`).join("&")}`;
}

/** purl-spec: a colon stays, what else is not unreserved is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%3A", ":")
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
