const mask = "[secret]";

/** Shorter values would blot out ordinary words. */
const shortestSecret = 6;

/** A set of secret values, and texts without them. */
export interface Secrets {
  /** Adds a secret. Each line of a multi-line value is hidden separately. */
  add(value: string): void;
  text(value: string): string;
}

/** Hides `values`, and their URL-encoded and base64 forms, also within something longer, such as `user:password`. */
export function secretsOf(values: readonly string[]): Secrets {
  let hidden: string[] = [];
  const add = (value: string): void => {
    const parts = [value, ...value.split(/[\r\n]+/)].filter((part) => part.length >= shortestSecret);
    hidden = [...new Set([...hidden, ...parts.flatMap(spellings)])].sort((a, b) => b.length - a.length);
  };
  values.forEach(add);
  return { add, text: (value) => hidden.reduce((shown, secret) => shown.replaceAll(secret, mask), value) };
}

function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  const encoded = [base64, ...[0, 1, 2].map((before) => base64Part(secret, before))];
  const forAddresses = encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...encoded, ...forAddresses];
}

/** The part of a secret's base64 that does not depend on its neighbours; `before` is the number of bytes before it, modulo 3. */
function base64Part(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
