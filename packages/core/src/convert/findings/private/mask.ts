const address = /([^\s@<>"'(),;:]{1,64})@([^\s@<>"'(),;:]{1,190})/;
/** Shortest values of which two characters, and one, tell nothing. */
const longEnoughForTwo = 6;
const longEnoughForOne = 3;

/** A value of which no more than two characters are seen, of an e-mail address those and the first of its domain: `an…@e…`. */
export function mask(value: string): string {
  const [, local, domain] = address.exec(value) ?? [];
  if (local !== undefined && domain !== undefined) return `${start(local, 4)}@${domain.slice(0, 1)}…`;
  return start(value.trim(), longEnoughForTwo);
}

function start(text: string, enoughForTwo: number): string {
  const length = text.length >= enoughForTwo ? 2 : text.length >= longEnoughForOne ? 1 : 0;
  return `${[...text].slice(0, length).join("")}…`;
}
