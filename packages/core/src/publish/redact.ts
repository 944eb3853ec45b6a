import { PublishError, toPublishError } from "../errors/publish-error.ts";
import type { Report } from "../events/events.ts";

const mask = "[secret]";

/** Shorter values would blot out ordinary words. */
const shortestSecret = 6;

/** Keeps a set of secret values out of everything that leaves a publish. */
export interface Redactor {
  /** One more secret, made or found on the way; of several lines each is one. */
  add(value: string): void;
  text(value: string): string;
  /** A copy of plain JSON data, every string redacted. */
  data<T>(value: T): T;
  report(report: Report): Report;
  /** Any thrown value as a PublishError that holds no secret, its cause and stack included. */
  error(error: unknown): PublishError;
}

/** Hides `secretValues`, and their URL-encoded and base64 forms, also within something longer, such as `user:password`. */
export function redactor(secretValues: readonly string[]): Redactor {
  let hidden: string[] = [];
  const add = (value: string): void => {
    const parts = [value, ...value.split(/[\r\n]+/)].filter((part) => part.length >= shortestSecret);
    hidden = [...new Set([...hidden, ...parts.flatMap(spellings)])].sort((a, b) => b.length - a.length);
  };
  secretValues.forEach(add);
  const text = (value: string): string => hidden.reduce((shown, secret) => shown.replaceAll(secret, mask), value);
  const data = <T>(value: T): T => mapStrings(value, text) as T;
  return {
    add,
    text,
    data,
    report: (report) => (event) => report(data(event)),
    error: (error) => {
      const known = toPublishError(error);
      return leaks(known, text) ? copyOf(known, text) : known;
    },
  };
}

/** Values of environment variables whose names say that they are secret: `DATASETTE_SECRET`, `FLY_API_TOKEN`, `HEROKU_API_KEY` … */
export function secretVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env)
    .filter(([name]) => /(^|_)(SECRET|TOKEN|PASSWORD|KEY)$/i.test(name))
    .flatMap(([, value]) => value ?? []);
}

function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  const encoded = [base64, ...[0, 1, 2].map((before) => base64Part(secret, before))];
  const forAddresses = encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...encoded, ...forAddresses];
}

/** What base64 has of a secret alone, whatever stands around it: `before` is how many bytes do, modulo 3. */
function base64Part(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), mapStrings(item, change)]));
}

function leaks(error: Error, text: (value: string) => string): boolean {
  const shown = [error.message, error.stack ?? "", ...Object.values(error).map((value) => safeJson(value))];
  if (shown.some((part) => text(part) !== part)) return true;
  if (error.cause instanceof Error) return leaks(error.cause, text);
  return error.cause !== undefined && text(safeJson(error.cause)) !== safeJson(error.cause);
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return String(value);
  }
}

function copyOf(error: PublishError, text: (value: string) => string): PublishError {
  const copy = new PublishError(error.code, text(error.message), text(error.hint), mapStrings(error.facts, text) as PublishError["facts"]);
  copy.stack = text(error.stack ?? "");
  return copy;
}
