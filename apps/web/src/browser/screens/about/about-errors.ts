import type { About } from "@datasette-publish/workbench/protocol";
import type { FieldError } from "../../parts/error-summary.tsx";
import { about as words } from "../../words/about.ts";

/** Texts that are web addresses, and what their fields are called. */
const addresses = {
  sourceUrl: words.fields.sourceUrl.label,
  licenseUrl: words.licence.anotherUrl,
  aboutUrl: words.fields.aboutUrl.label,
} as const;

/** The id of the field of a text. */
export const fieldId = (of: keyof About): string => `about-${of}`;

/** What has to be changed before the texts can be published, by field. */
export function aboutErrors(about: About): readonly FieldError[] {
  const wrong = Object.entries(addresses).filter(([name]) => !isAddress(about[name as keyof About] ?? ""));
  return [
    ...((about.title ?? "").trim() === "" ? [{ field: fieldId("title"), text: words.titleMissing }] : []),
    ...wrong.map(([name, label]) => ({ field: fieldId(name as keyof About), text: words.notAnAddress(label) })),
  ];
}

/** A blank one is none, which is as good. Others would not be links that a browser follows, or would be scripts. */
function isAddress(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === "" || (/^https?:\/\//i.test(trimmed) && URL.canParse(trimmed));
}
