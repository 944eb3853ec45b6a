import { PublishError } from "@datasette-publish/core";
import type { Draft, Place, PreparedReport } from "../protocol.ts";

/** A draft that has a place. @throws PublishError `OPTION_INVALID` */
export function placed(draft: Draft): Draft & { readonly place: Place } {
  const { place } = draft;
  if (place !== null) return { ...draft, place };
  throw new PublishError("OPTION_INVALID", "Nobody has chosen where the site is to live.", "Choose a place.", { option: "place" });
}

/** @throws PublishError `PRIVATE_DATA_FOUND` while a finding is undecided */
export function requireDecided({ findings }: PreparedReport): void {
  const [first, ...others] = findings.filter(({ decision }) => decision === null);
  if (first === undefined) return;
  const { file, table, column, kind } = first;
  const more = others.length > 0 ? ` So has nobody about ${others.length} more.` : "";
  throw new PublishError(
    "PRIVATE_DATA_FOUND",
    `Nobody has decided about ${table} › ${column}.${more}`,
    "Decide whether it may be public.",
    {
      file,
      table,
      column,
      kind,
      columns: others.length + 1,
    },
  );
}

/** `NOT_PUBLISHED`: the files of a site's last version are elsewhere. */
export function notHere(): PublishError {
  return new PublishError("NOT_PUBLISHED", "What was published of this site is not on this machine.", "Publish it from here again.");
}

/** `INPUT_CHANGED`: a publish names another digest than what is prepared. */
export function notLookedAt(): PublishError {
  return new PublishError("INPUT_CHANGED", "What is prepared now is not what was looked at.", "Look at it again, then publish it.");
}
