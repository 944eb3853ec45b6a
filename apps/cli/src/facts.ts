import { formatBytes, type Deployment } from "@datasette-publish/core";

/** A provider's facts for a person, as rows of a table: their names as words, without those that are null. */
export function factRows(facts: Deployment["facts"]): string[][] {
  return Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [factRow(name, value)]));
}

type Fact = NonNullable<Deployment["facts"][string]>;

function factRow(name: string, value: Fact): string[] {
  const words = name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
  if (typeof value === "number" && words.endsWith(" bytes")) return [`  ${words.slice(0, -" bytes".length)}`, formatBytes(value)];
  return [`  ${words}`, factText(value)];
}

function factText(value: Fact): string {
  if (typeof value === "object") return value.map((one) => factText(one ?? "")).join(", ");
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/** `2026-11-24 14:30 UTC` for an ISO 8601 time; `""` for null, and what is no time as it is. */
export function formatTime(time: string | null): string {
  const at = new Date(time ?? "");
  return Number.isNaN(at.getTime()) ? (time ?? "") : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
