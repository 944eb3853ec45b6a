import { PublishError, toPublishError } from "../errors/publish-error.ts";
import type { Report } from "../events/events.ts";
import { secretsOf, type Secrets } from "../http/secrets.ts";

/** Keeps a set of secret values out of everything that leaves a publish. */
export interface Redactor extends Secrets {
  /** A copy of plain JSON data, every string redacted. */
  data<T>(value: T): T;
  report(report: Report): Report;
  /** Any thrown value as a PublishError that holds no secret, its cause and stack included. */
  error(error: unknown): PublishError;
}

/** Hides `secretValues` as {@link secretsOf} does. */
export function redactor(secretValues: readonly string[]): Redactor {
  const { add, text } = secretsOf(secretValues);
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
  const data = <T>(value: T): T => mapStrings(value, text) as T;
  const { code, message, remedies, facts } = error;
  const copy = new PublishError(code, text(message), data(remedies), data(facts));
  copy.stack = text(error.stack ?? "");
  return copy;
}
