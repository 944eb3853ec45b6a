/**
 * Text of a file or a host as it may be shown. A control character could steer the terminal, and a line break begin a line that a CI
 * service takes for a command, so each is written as its number, but for those in `kept`.
 */
export function printable(text: string, kept = ""): string {
  return text.replaceAll(/\p{Cc}/gu, (character) =>
    kept.includes(character) ? character : String.raw`\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
