import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../oci/canonical-json.ts";
import { inspectImage } from "../inspect/inspect.ts";
import { imageOf, type Member } from "../inspect/image.test-support.ts";
import type { Image } from "../oci/types.ts";
import { contentsOf } from "./contents.ts";
import { sbomFormat } from "./format.ts";
import { licenceOfWheel } from "./licence.ts";
import { writeSbom } from "./sbom.ts";

const ctx = { report: () => {} };
const text = (name: string, content: string): Member => ({ name, content });
const site = "usr/lib/python3/dist-packages";
const members = [
  text("var/lib/dpkg/status.d/libc6", "Package: libc6\nSource: glibc (2.40)\nArchitecture: amd64\nVersion: 2.41-12+deb13u5\n"),
  text("var/lib/dpkg/status.d/zlib1g", "Package: zlib1g\nSource: zlib\nArchitecture: amd64\nVersion: 1:1.3\n"),
  text(`${site}/PyYAML-6.0.4.dist-info/METADATA`, "Metadata-Version: 2.4\nName: PyYAML\nVersion: 6.0.4\nLicense: MIT\n\nLicense: no\n"),
  text(`${site}/datasette_vega-0.6.2.dist-info/METADATA`, "Name: datasette-vega\nVersion: 0.6.2\nLicense-Expression: Apache-2.0\n"),
  text(`${site}/datasette_vega-0.6.2.dist-info/entry_points.txt`, "[datasette]\nvega = datasette_vega\n"),
  { name: "data/pets.db", content: Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(84)]) },
];
const labels = { "org.opencontainers.image.created": "2026-11-30T00:00:00Z", "io.datasette.publish.python-version": "3.13.5" };

function siteImage(architecture = "amd64"): Image {
  const image = imageOf(members);
  return {
    ...image,
    platform: { os: "linux", architecture },
    config: canonicalJson({ os: "linux", architecture, config: { Labels: labels } }),
  };
}
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sbom-test-"));
});
afterAll(() => rm(dir, { recursive: true }));
async function billOf(name: string, ...images: readonly Image[]) {
  const file = await writeSbom("parks", images, join(dir, name), ctx);
  return JSON.parse(await readFile(file, "utf8"));
}
const purls = [
  "pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=amd64&distro=debian-13&upstream=glibc%402.40",
  "pkg:deb/debian/zlib1g@1:1.3?arch=amd64&distro=debian-13&upstream=zlib",
  "pkg:generic/python@3.13.5",
  "pkg:pypi/datasette-vega@0.6.2",
  "pkg:pypi/pyyaml@6.0.4",
];

test("lists the packages that an inspection lists, and CPython", async () => {
  const image = siteImage();
  const inspection = await inspectImage(image, ctx);
  const { components } = contentsOf("parks", image, inspection);
  const listed = inspection.packages.map(({ kind, name, version }) => `${kind} ${name} ${version}`);
  expect(components.map(({ kind, name, version }) => `${kind} ${name} ${version}`)).toEqual(
    [...listed, "interpreter CPython 3.13.5"].sort(),
  );
});

describe("SPDX", () => {
  test("says what the image holds, by purl, with its licence, and a database by its digest", async () => {
    const bill = await billOf("a.spdx.json", siteImage());
    expect(bill).toMatchObject({ spdxVersion: "SPDX-2.3", creationInfo: { created: "2026-11-30T00:00:00Z" } });
    const refs = bill.packages.flatMap((each: any) => each.externalRefs ?? []).map((ref: any) => ref.referenceLocator);
    expect(refs.filter((ref: string) => !ref.startsWith("pkg:oci/")).sort()).toEqual(purls);
    const named = (name: string) => bill.packages.find((each: any) => each.name === name);
    expect(named("datasette-vega")).toMatchObject({ licenseDeclared: "Apache-2.0", downloadLocation: "NOASSERTION" });
    expect(named("PyYAML")).toMatchObject({ licenseDeclared: "NOASSERTION", licenseComments: "The package says: MIT" });
    const { sha256 } = (await inspectImage(siteImage(), ctx)).root.children.get("data")!.children.get("pets.db")!.entry;
    expect(named("data/pets.db")).toMatchObject({ packageFileName: "./data/pets.db", checksums: [{ checksumValue: sha256 }] });
    const ids = new Set(bill.packages.map((each: any) => each.SPDXID));
    expect(ids.size).toBe(bill.packages.length);
    const contained = bill.relationships.filter((each: any) => each.relationshipType === "CONTAINS");
    expect(contained.map((each: any) => ids.has(each.relatedSpdxElement))).toEqual(Array(6).fill(true));
  });
});

describe("CycloneDX", () => {
  test("says the same", async () => {
    const bill = await billOf("bom.json", siteImage());
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", metadata: { timestamp: "2026-11-30T00:00:00Z" } });
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bill.components.flatMap((each: any) => each.purl ?? []).sort()).toEqual(purls);
    const named = (name: string) => bill.components.find((each: any) => each.name === name);
    expect(named("datasette-vega").licenses).toEqual([{ expression: "Apache-2.0" }]);
    expect(named("PyYAML").licenses).toEqual([{ license: { name: "MIT" } }]);
    expect(named("data/pets.db")).toMatchObject({ type: "data", hashes: [{ alg: "SHA-256" }] });
  });

  test("names an image for several platforms once each, and what they share once", async () => {
    const other = { ...siteImage("arm64"), manifestDigest: `sha256:${"a".repeat(64)}` };
    const bill = await billOf("b.cdx.json", siteImage(), other);
    expect(bill.components.filter((each: any) => each.type === "container")).toHaveLength(2);
    expect(new Set(bill.components.map((each: any) => each["bom-ref"])).size).toBe(bill.components.length);
    const [top] = bill.dependencies;
    expect(top).toEqual({ ref: "site:parks", dependsOn: bill.components.slice(0, 2).map((each: any) => each.purl) });
  });
});

test.each(["a.spdx.json", "a.cdx.json"])("%s has the same bytes each time", async (name) => {
  const [one, other] = [await billOf(name, siteImage()), await billOf(`2-${name}`, siteImage())];
  expect(one).toEqual(other);
});

test.each([
  ["site.spdx.json", "spdx"],
  ["spdx.json", "spdx"],
  ["a/SBOM-CycloneDX.json", "cyclonedx"],
  ["x.cdx.json", "cyclonedx"],
  ["bom.json", "cyclonedx"],
])("%s is %s", (file, format) => expect(sbomFormat(file)).toBe(format));

test.each(["sbom.json", "site.spdx", "spdx.cdx.json", "spdx/site.json", ""])("%j says no format", (file) => {
  const remedies = [
    expect.objectContaining({ option: "sbom", value: "site.spdx.json" }),
    expect.objectContaining({ option: "sbom", value: "site.cdx.json" }),
  ];
  expect(() => sbomFormat(file)).toThrow(expect.objectContaining({ code: "OPTION_INVALID", remedies }) as Error);
});

test.each([
  ["License-Expression: MIT OR Apache-2.0\nLicense: x", { id: "MIT OR Apache-2.0" }],
  ["License-Expression: LicenseRef-Own", { name: "LicenseRef-Own" }],
  ["License: BSD", { name: "BSD" }],
  ["Classifier: License :: OSI Approved :: MIT License", { name: "MIT License" }],
  [`License: ${"x".repeat(200)}`, null],
  ["Name: x\n\nLicense: MIT", null],
])("the licence in %j is %j", (metadata, licence) => expect(licenceOfWheel(metadata)).toEqual(licence));
