import { createHash } from "node:crypto";
import type { Component, ImageContents } from "./contents.ts";
import type { Licence } from "./licence.ts";

/** CycloneDX 1.6 as JSON: the images, what each holds, databases as data. Same images, same text. */
export function toCycloneDx(name: string, created: string, images: readonly ImageContents[]): object {
  const all = new Map(images.flatMap(({ components }) => components.map((component) => [refOf(component), component] as const)));
  const digest = createHash("sha256")
    .update(images.map(({ sha256 }) => sha256).join())
    .digest("hex");
  const [first, ...others] = images;
  const site = others.length === 0 && first !== undefined ? toImage(first) : { type: "application", "bom-ref": `site:${name}`, name };
  const ref = (site as { "bom-ref": string })["bom-ref"];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: {
      timestamp: created,
      tools: { components: [{ type: "application", name: "datasette-publish" }] },
      component: site,
    },
    components: [...(others.length === 0 ? [] : images.map(toImage)), ...[...all].map(([of, component]) => toComponent(of, component))],
    dependencies: [
      ...(others.length === 0 ? [] : [{ ref, dependsOn: images.map(({ purl }) => purl) }]),
      ...images.map(({ purl, components }) => ({ ref: purl, dependsOn: [...new Set(components.map(refOf))] })),
    ],
  };
}

function toImage({ name, platform, purl, sha256 }: ImageContents): object {
  return {
    type: "container",
    "bom-ref": purl,
    name,
    version: `sha256:${sha256}`,
    purl,
    hashes: [{ alg: "SHA-256", content: sha256 }],
    properties: [{ name: "datasette-publish:platform", value: platform }],
  };
}

function toComponent(ref: string, { kind, name, version, purl, licence, sha256 }: Component): object {
  return {
    type: kind === "database" ? "data" : kind === "interpreter" ? "platform" : "library",
    "bom-ref": ref,
    name,
    ...(version !== null && { version }),
    ...(purl !== null && { purl }),
    ...(licence !== null && { licenses: [toLicence(licence)] }),
    ...(sha256 !== null && { hashes: [{ alg: "SHA-256", content: sha256 }] }),
  };
}

/** An expression holds for a single identifier too. */
function toLicence(licence: Licence): object {
  return "id" in licence ? { expression: licence.id } : { license: { name: licence.name } };
}

function refOf({ kind, name, version, purl, sha256 }: Component): string {
  return purl ?? `${kind}:${name}@${version ?? sha256 ?? ""}`;
}

/** A UUID of version 8 (RFC 9562): the digest of what is described. */
function uuidOf(sha256: string): string {
  const variant = ((Number.parseInt(sha256[16]!, 16) & 3) | 8).toString(16);
  return [sha256.slice(0, 8), sha256.slice(8, 12), `8${sha256.slice(13, 16)}`, variant + sha256.slice(17, 20), sha256.slice(20, 32)].join(
    "-",
  );
}
