import type { About } from "@datasette-publish/workbench/protocol";
import { about as words } from "../../words/about.ts";

/** A licence that can be chosen: what the site says, and where its text is. */
export interface Licence {
  readonly id: string;
  /** What it lets others do, in plain words. */
  readonly plain: string;
  /** Its name, as the site shows it. */
  readonly license: string;
  /** Null: it has no text of its own. */
  readonly licenseUrl: string | null;
}

/** Licences for everybody. */
export const licences: readonly Licence[] = [
  {
    id: "cc0",
    plain: words.licence.anything,
    license: "CC0 1.0",
    licenseUrl: "https://creativecommons.org/publicdomain/zero/1.0/",
  },
  { id: "cc-by", plain: words.licence.named, license: "CC BY 4.0", licenseUrl: "https://creativecommons.org/licenses/by/4.0/" },
  { id: "cc-by-sa", plain: words.licence.alike, license: "CC BY-SA 4.0", licenseUrl: "https://creativecommons.org/licenses/by-sa/4.0/" },
  { id: "odbl", plain: words.licence.alikeData, license: "ODbL 1.0", licenseUrl: "https://opendatacommons.org/licenses/odbl/1-0/" },
];

/** Licences that governments write for what they publish. */
export const governmentLicences: readonly Licence[] = [
  {
    id: "ogl",
    plain: words.licence.government,
    license: "Open Government Licence v3.0 (UK)",
    licenseUrl: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
  },
  {
    id: "etalab",
    plain: words.licence.government,
    license: "Licence Ouverte 2.0 (Etalab, France)",
    licenseUrl: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
  },
  {
    id: "dl-de-by",
    plain: words.licence.government,
    license: "Datenlizenz Deutschland – Namensnennung 2.0",
    licenseUrl: "https://www.govdata.de/dl-de/by-2-0",
  },
  {
    id: "us",
    plain: words.licence.government,
    license: "U.S. Government work, public domain",
    licenseUrl: "https://www.usa.gov/government-copyright",
  },
];

/** Nothing without asking. */
export const reserved: Licence = { id: "reserved", plain: words.licence.nothing, license: words.licence.reserved, licenseUrl: null };

const all = [...licences, ...governmentLicences, reserved];

/** Which licence the texts name: an id, `unknown` where they say nothing, `another` where it is none of the list. */
export function licenceOf({ license = "", licenseUrl = "" }: About): string {
  if (license.trim() === "" && licenseUrl.trim() === "") return "unknown";
  return all.find((one) => one.license === license && (one.licenseUrl ?? "") === licenseUrl)?.id ?? "another";
}

/** The texts with that licence: none for `unknown`; `another` begins with an empty one. */
export function withLicence(about: About, id: string): About {
  const { license: _license, licenseUrl: _licenseUrl, ...rest } = about;
  const chosen = all.find((one) => one.id === id);
  if (chosen === undefined) return rest;
  return { ...rest, license: chosen.license, ...(chosen.licenseUrl !== null && { licenseUrl: chosen.licenseUrl }) };
}
