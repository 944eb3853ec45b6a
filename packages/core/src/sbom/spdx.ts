import { createHash } from "node:crypto";
import type { Component, ImageContents } from "./contents.ts";
import type { Licence } from "./licence.ts";

/** SPDX 2.3 as JSON: the images and what each holds. A database is a package of one file. Same images, same text. */
export function toSpdx(name: string, created: string, images: readonly ImageContents[]): object {
  const found = images.map((image) => ({ image, id: idOf("Image", image.purl) }));
  const all = new Map(images.flatMap(({ components }) => components.map((component) => [idOfComponent(component), component] as const)));
  const digest = createHash("sha256")
    .update(images.map(({ sha256 }) => sha256).join())
    .digest("hex");
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${encodeURIComponent(name)}-${digest}`,
    creationInfo: { created, creators: ["Tool: datasette-publish"] },
    packages: [...found.map(({ image, id }) => imagePackage(image, id)), ...[...all].map(([id, component]) => toPackage(id, component))],
    relationships: [
      ...found.map(({ id }) => relation("SPDXRef-DOCUMENT", "DESCRIBES", id)),
      ...found.flatMap(({ image, id }) => image.components.map((component) => relation(id, "CONTAINS", idOfComponent(component)))),
    ],
  };
}

const purposes: Readonly<Partial<Record<Component["kind"], string>>> = { interpreter: "APPLICATION", database: "FILE" };

const unknown = "NOASSERTION";

function imagePackage({ name, platform, purl, sha256 }: ImageContents, id: string): object {
  return {
    ...packageCommon(id, name, purl, null),
    versionInfo: `sha256:${sha256}`,
    primaryPackagePurpose: "CONTAINER",
    comment: `Image for ${platform}`,
    checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
  };
}

function toPackage(id: string, { name, version, purl, licence, kind, sha256 }: Component): object {
  return {
    ...packageCommon(id, name, purl, licence),
    ...(version !== null && { versionInfo: version }),
    ...(kind === "database" && { packageFileName: `./${name}` }),
    ...(sha256 !== null && { checksums: [{ algorithm: "SHA256", checksumValue: sha256 }] }),
    primaryPackagePurpose: purposes[kind] ?? "LIBRARY",
  };
}

function packageCommon(id: string, name: string, purl: string | null, licence: Licence | null): object {
  const declared = licence !== null && "id" in licence ? licence.id : unknown;
  return {
    SPDXID: id,
    name,
    downloadLocation: unknown,
    filesAnalyzed: false,
    licenseConcluded: unknown,
    licenseDeclared: declared,
    ...(licence !== null && "name" in licence && { licenseComments: `The package says: ${licence.name}` }),
    copyrightText: unknown,
    ...(purl !== null && { externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }] }),
  };
}

function relation(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function idOfComponent({ kind, name, version, purl, sha256 }: Component): string {
  return idOf("Package", `${kind} ${purl ?? `${name} ${version ?? ""} ${sha256 ?? ""}`}`);
}

/** SPDX 2.3, 3.2: letters, digits, dots and hyphens. The digest keeps apart what looks the same in those. */
function idOf(what: string, text: string): string {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const plain = text
    .replace(/^.*[/ ](?=.)/, "")
    .replaceAll(/[^A-Za-z0-9.]+/g, "-")
    .slice(0, 40);
  return `SPDXRef-${what}-${plain}-${digest}`;
}
