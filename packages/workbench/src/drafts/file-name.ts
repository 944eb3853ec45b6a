import { PublishError } from "@datasette-publish/core";

/** The most bytes of a name, in UTF-8: file systems take 255, and some are added while a file arrives. */
const maxNameBytes = 200;

/**
 * Refuses a name that a file of a draft cannot have: one that leads out of the folder, hides the file, cannot be written or cannot be shown.
 * @throws PublishError `OPTION_INVALID`
 */
export function checkFileName(name: string): void {
  const fault = faultOf(name);
  if (fault === null) return;
  throw new PublishError("OPTION_INVALID", `A file cannot be called ${shown(name)}: the name ${fault}.`, "Rename the file.", {
    option: "name",
    name: shown(name),
  });
}

function faultOf(name: string): string | null {
  if (name === "") return "is empty";
  if (/[/\\]/.test(name)) return "has a slash in it";
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return "has a control character in it";
  if (!name.isWellFormed()) return "is no valid Unicode";
  if (name.startsWith(".")) return "begins with a dot";
  if (Buffer.byteLength(name) > maxNameBytes) return `is longer than ${maxNameBytes} bytes`;
  return null;
}

/** The name in quotes, with what cannot be shown escaped, and its beginning alone where it is long. */
function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name).replaceAll("\u007f", String.raw`\u007f`);
}
