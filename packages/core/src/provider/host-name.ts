import { createHash } from "node:crypto";
import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { NameRule } from "./provider.ts";

const suffixLength = 6;

/**
 * A name for a site at a host where names are shared by all users: the site's, shortened, and six hex digits that are
 * the same for one account and site on every machine, and in all likelihood nobody else's.
 */
export function deriveHostName(site: string, account: string, { maxLength }: NameRule): string {
  const suffix = createHash("sha256").update(`${account}\n${site}`).digest("hex").slice(0, suffixLength);
  const begun = /^[a-z]/.test(site) ? site : `d-${site}`;
  const stem = begun.slice(0, maxLength - suffixLength - 1).replace(/-+$/, "");
  return `${stem}-${suffix}`;
}

/** @throws PublishError `OPTION_INVALID` when the host takes no such name */
export function checkHostName(name: string, title: string, { option, pattern, maxLength }: NameRule): void {
  if (name.length <= maxLength && pattern.test(name)) return;
  throw new PublishError(
    "OPTION_INVALID",
    `${title} does not take the name ${JSON.stringify(name)}.`,
    setOption(option, undefined, `a name of lower-case letters, digits and hyphens, at most ${maxLength}, beginning with a letter`),
    { option, name, limit: maxLength },
  );
}
