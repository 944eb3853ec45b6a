/** A table or database name as Datasette writes it in paths: https://docs.datasette.io/en/stable/internals.html#tilde-encoding */
export function tildeEncode(name: string): string {
  return [...Buffer.from(name)].map((byte) => encodeByte(byte)).join("");
}

/** `~` and two hex digits per byte, a space as `+`. */
function encodeByte(byte: number): string {
  const character = String.fromCodePoint(byte);
  if (/[A-Za-z0-9_-]/.test(character)) return character;
  return character === " " ? "+" : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
