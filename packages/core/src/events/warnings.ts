import type { Facts } from "../errors/publish-error.ts";
import { toRemedies, type Remedies, type Remedy } from "../errors/remedies.ts";
import type { Report } from "./events.ts";

/** The closed table of warnings and notices: what each means. `docs/warnings.md` has a row for each. */
export const warningCodes = {
  ANSWERS_NOT_KEPT: "The site keeps no answers, as a database of it can be written.",
  BROWSER_NOT_OPENED: "The site could not be opened in a browser.",
  BUILD_PENDING: "A build that cannot be cancelled goes on at the host.",
  COLUMNS_DIFFER: "The files of a table have different columns.",
  COLUMN_RENAMED: "A column got another name than the header has.",
  COLUMN_RESERVED: "A column got another name, as its own would hide rows.",
  DATABASE_RENAMED: "A database got another name than its file has.",
  DATES_AS_TEXT: "The dates of a column are written so that they sort wrongly, and stay text.",
  DELIMITER_CLOSE: "A file can be read with another delimiter as well.",
  DELIMITER_DETECTED: "A file is read with another delimiter than its extension says.",
  DELIMITER_SUSPECT: "A file has one column, and a header or records that hold another delimiter.",
  DIALECT_DETECTED: "A file is written in another way than CSV usually is.",
  ENCODING_GUESSED: "A file is not UTF-8 and was read in the one encoding in which its letters are in place.",
  ENCODING_MIXED: "A file was read in the encoding that was given, but some of its lines are UTF-8.",
  ENCODING_TAKEN: "A file is not UTF-8 and was read in the encoding that was given.",
  ENGINE_UNREACHABLE: "No Docker engine answers, so an archive is written.",
  ERROR_VALUES: "Fields hold errors of a spreadsheet's formulas.",
  FACETS_NOT_SUGGESTED: "The site suggests no facets, as a table has many columns.",
  FIXED_WIDTH: "A file has one column, and lines that look like columns of fixed width.",
  FOOTER_SUSPECT: "The last records look like a total or a note below the table.",
  HEADER_REPEATED: "The header is found again among the records.",
  HEADER_SUSPECT: "The header may be missing, have another line, or lack names.",
  INPUT_SKIPPED: "Files were left out.",
  LEFT_AT_HOST: "Something that was made stays at the host.",
  LIST_INCOMPLETE: "One host could not be asked for its sites.",
  MANIFEST_CONVERTED: "A registry that refuses OCI manifests got Docker's, which have another digest.",
  NULL_WORDS: "A column is text only for words that may stand for no value.",
  NUMBERS_AS_TEXT: "The numbers of a column are written as people write them, and stay text.",
  NUMBERS_NOT_COMPARED: "The numbers of a column are too many to compare, and stay text.",
  OPTION_REMEMBERED: "An option has the value that is remembered of the site.",
  PAGE_UNCHECKED: "A page fails in the preview, which lacks a plugin, and is not checked.",
  PLUGIN_LEFT_OUT: "A plugin cannot be imported in the preview, which leaves it out.",
  PLUGIN_UNCHECKED: "A plugin is built from source, and the check in the preview is without it.",
  PRIVATE_DATA: "A column looks like private data.",
  PRIVATE_UNCHECKED: "A table cannot be read here, and was not looked at for private data.",
  PROTECTION_UNUSED: "A rule about who may see something names what the site does not have.",
  QUOTE_SUSPECT: "A quoted field holds lines that look like records.",
  READING_ASSUMED: "The dates or numbers of a column can be read in two ways, and one was assumed.",
  RECORDS_PADDED: "Records with fewer or more fields than the header are padded with blanks.",
  RECORDS_SKIPPED: "Records with fewer or more fields than the header are left out.",
  RESTORED: "What served before serves again.",
  ROWID_HIDDEN: "A column of a table hides its rowid, so that rows cannot be reached.",
  ROWS_BLANK: "Records have no value in any field.",
  SITE_NEW: "This folder published another site there before.",
  SITE_REPLACED: "A site of another name is replaced, as was asked.",
  SITE_UNCHECKED: "The site was not checked, as the preview has no SpatiaLite and no Docker engine answers.",
  SKIPPED_KEPT: "Records that a table leaves out are kept in a file.",
  SPATIALITE_ADDED: "The image has SpatiaLite, as a database needs it.",
  STATE_UNWRITABLE: "The site's name could not be kept beside the data, or the site not be added to the list of sites.",
  STRAY_MARK: "A file has byte order marks or a Ctrl-Z where they do not belong.",
  TABLE_NAME_UNSERVABLE: "Datasette cannot serve a table of this name.",
  TABLE_RENAMED: "A table got another name than its file has.",
  TEXT_GARBLED: "Text was decoded wrongly before it came to the file.",
  TIMES_LEFT_OUT: "Dates had times, which were left out as was asked.",
  TITLE_SKIPPED: "Lines above the header of a file are left out of its table.",
  TOKEN_OVERRIDDEN: "A token was kept, but an environment variable has another that wins.",
  VALUES_UNREAD: "Values of a column cannot be read as was asked, and stay as they are.",
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
