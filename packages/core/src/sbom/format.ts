import { basename } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";

/** Which standard a bill of materials follows: SPDX 2.3 or CycloneDX 1.6, both as JSON. */
export type SbomFormat = "spdx" | "cyclonedx";

/**
 * The format that a file's name asks for: `*.spdx.json` and `*.cdx.json` as the standards recommend, CycloneDX's own `bom.json`, and any
 * other JSON file with the format's name in its own.
 *
 * @throws PublishError `OPTION_INVALID` for a name that says neither, or both
 */
export function sbomFormat(file: string): SbomFormat {
  const name = basename(file).toLowerCase();
  const isSpdx = name.includes("spdx");
  const isCycloneDx = /(^|[^a-z])cdx|cyclone-?dx|^bom\.json$/.test(name);
  if (name.endsWith(".json") && isSpdx !== isCycloneDx) return isSpdx ? "spdx" : "cyclonedx";
  throw new PublishError(
    "OPTION_INVALID",
    `The name ${basename(file)} does not say which format the bill of materials is to have.`,
    [setOption("sbom", "site.spdx.json", "for SPDX"), setOption("sbom", "site.cdx.json", "for CycloneDX")],
    { option: "sbom", file },
  );
}
