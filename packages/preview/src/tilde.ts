/** A table or database name as Datasette writes it in paths: `~` and two hex digits per byte, a space as `+`. */
export function tildeEncode(name: string): string {
  return [...Buffer.from(name)].map((byte) => encodeByte(byte)).join("");
}

function encodeByte(byte: number): string {
  const character = String.fromCodePoint(byte);
  if (/[A-Za-z0-9_-]/.test(character)) return character;
  return character === " " ? "+" : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
