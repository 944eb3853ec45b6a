import type { Inspection } from "../inspect/inspect.ts";
import type { PackageKind } from "../inspect/packages/claims.ts";
import { entriesBelow } from "../inspect/tree.ts";
import type { Image } from "../oci/types.ts";
import { licenceOfWheel, type Licence } from "./licence.ts";
import { debPurl, imagePurl, pythonPurl, wheelPurl } from "./purl.ts";

/** One thing in an image that a bill of materials names. */
export interface Component {
  readonly kind: PackageKind | "interpreter";
  readonly name: string;
  readonly version: string | null;
  /** Package URL; null for a database, which nobody else has. */
  readonly purl: string | null;
  readonly licence: Licence | null;
  /** Of a database, hex. */
  readonly sha256: string | null;
}

/** What a bill of materials says of one image. */
export interface ImageContents {
  readonly name: string;
  readonly platform: string;
  readonly purl: string;
  /** Hex digits of its manifest's digest. */
  readonly sha256: string;
  /** Sorted by kind, then name. */
  readonly components: readonly Component[];
}

/** Labels that the assembler writes and a bill of materials reads. */
const pythonLabel = "io.datasette.publish.python-version";
/** image-spec, "Pre-Defined Annotation Keys". */
export const createdLabel = "org.opencontainers.image.created";

/** What is in an image, as `inspectImage` finds it: the packages are those that `publish inspect` lists, and CPython. */
export function contentsOf(name: string, image: Image, { root, packages, platform }: Inspection): ImageContents {
  const texts = new Map([...entriesBelow(root)].map((entry) => [entry.path, entry] as const));
  const records = [...texts.values()].filter(({ text }) => text !== undefined);
  const control = (deb: string) => records.find(({ path }) => path === `var/lib/dpkg/status.d/${deb}`)?.text ?? "";
  const metadata = (wheel: string, version: string | null) =>
    records.find(
      ({ path, text = "" }) => path.endsWith(".dist-info/METADATA") && field(text, "Name") === wheel && field(text, "Version") === version,
    )?.text ?? "";
  const components = packages.map(({ kind, name: of, version }): Component => {
    const common = { kind, name: of, version, licence: null, sha256: null };
    if (kind === "deb")
      return { ...common, purl: debPurl(of, version ?? "", field(control(of), "Architecture"), field(control(of), "Source")) };
    if (kind === "database") return { ...common, purl: null, sha256: texts.get(of)?.sha256 ?? null };
    if (kind === "apk") return { ...common, purl: null };
    return { ...common, purl: wheelPurl(of, version ?? ""), licence: licenceOfWheel(metadata(of, version)) };
  });
  const python = labelsOf(image)[pythonLabel];
  const interpreter: Component[] =
    python === undefined
      ? []
      : [{ kind: "interpreter", name: "CPython", version: python, purl: pythonPurl(python), licence: { id: "PSF-2.0" }, sha256: null }];
  const sha256 = image.manifestDigest.slice("sha256:".length);
  return {
    name,
    platform,
    purl: imagePurl(name, image.manifestDigest, image.platform.architecture),
    sha256,
    components: [...components, ...interpreter].toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
}

/** The labels of an image's config (image-spec, "Image Configuration"). */
export function labelsOf({ config }: Pick<Image, "config">): Readonly<Record<string, string>> {
  const { config: run } = JSON.parse(new TextDecoder().decode(config)) as { config?: { Labels?: Record<string, string> | null } };
  return run?.Labels ?? {};
}

function field(text: string, name: string): string | null {
  return new RegExp(`^${name}: *(.+?)\\r?$`, "m").exec(text.split(/\r?\n\r?\n/, 1)[0]!)?.[1] ?? null;
}

function key({ kind, name, version }: Component): string {
  return `${kind}\n${name}\n${version ?? ""}`;
}
