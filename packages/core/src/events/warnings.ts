import type { Facts } from "../errors/publish-error.ts";
import { toRemedies, type Remedies, type Remedy } from "../errors/remedies.ts";
import type { Report } from "./events.ts";

/** The closed table of warnings and notices: what each means. `docs/warnings.md` has a row for each. */
export const warningCodes = {
  ANSWERS_NOT_KEPT: "The site keeps no answers, as a database of it can be written.",
  BROWSER_NOT_OPENED: "The site could not be opened in a browser.",
  BUILD_PENDING: "A build that cannot be cancelled goes on at the host.",
  COLUMN_RENAMED: "A column got another name than the header has.",
  COLUMN_RESERVED: "A column got another name, as its own would hide rows.",
  DATABASE_RENAMED: "A database got another name than its file has.",
  DELIMITER_DETECTED: "A file is read with another delimiter than its extension says.",
  DELIMITER_SUSPECT: "A file has one column, and a header that holds another delimiter.",
  ENCODING_TAKEN: "A file is not UTF-8 and was read in the encoding that was given.",
  ENGINE_UNREACHABLE: "No Docker engine answers, so an archive is written.",
  FACETS_NOT_SUGGESTED: "The site suggests no facets, as a table has many columns.",
  INPUT_SKIPPED: "A file was left out.",
  LEFT_AT_HOST: "Something that was made stays at the host.",
  LIST_INCOMPLETE: "One host could not be asked for its sites.",
  MANIFEST_CONVERTED: "A registry that refuses OCI manifests got Docker's, which have another digest.",
  OPTION_REMEMBERED: "An option has the value that is remembered of the site.",
  PAGE_UNCHECKED: "A page fails in the preview, which lacks a plugin, and is not checked.",
  PLUGIN_LEFT_OUT: "A plugin cannot be imported in the preview, which leaves it out.",
  PROTECTION_UNUSED: "A rule about who may see something names what the site does not have.",
  RESTORED: "What served before serves again.",
  ROWID_HIDDEN: "A column of a table hides its rowid, so that rows cannot be reached.",
  SITE_NEW: "This folder published another site there before.",
  SITE_REPLACED: "A site of another name is replaced, as was asked.",
  SITE_UNCHECKED: "The site was not checked, as the preview has no SpatiaLite and no Docker engine answers.",
  SPATIALITE_ADDED: "The image has SpatiaLite, as a database needs it.",
  STATE_UNWRITABLE: "The site's name could not be kept beside the data.",
  TABLE_NAME_UNSERVABLE: "Datasette cannot serve a table of this name.",
  TABLE_RENAMED: "A table got another name than its file has.",
  TOKEN_OVERRIDDEN: "A token was kept, but an environment variable has another that wins.",
} as const;

export type WarningCode = keyof typeof warningCodes;

/** Something the user should know, with what there is to do about it. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly facts: Facts;
  readonly remedies: readonly Remedy[];
}

export function warning(code: WarningCode, message: string, facts: Facts = {}, remedies: Remedies = []): Warning {
  return { code, message, facts, remedies: toRemedies(remedies) };
}

/** Reports a warning as an event. */
export function warn({ report }: { readonly report: Report }, ...of: Parameters<typeof warning>): void {
  report({ type: "warned", ...warning(...of) });
}
