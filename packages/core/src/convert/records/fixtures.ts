import type { Warning } from "../../events/warnings.ts";
import { makeFolder } from "../fixtures.ts";
import type { FileSettings } from "../settings/settings.ts";
import { readRecords } from "./csv.ts";
import { findReading } from "./find-reading.ts";
import { standardDialect, type Dialect, type RaggedLine, type Reading } from "./reading.ts";

/** For tests: a reading in a dialect, or by a delimiter as RFC 4180 has it. */
export function readingIn(dialect: Dialect | string, more: Partial<Reading> = {}): Reading {
  return {
    encoding: "utf-8",
    dialect: typeof dialect === "string" ? standardDialect(dialect) : dialect,
    skip: 0,
    headerRows: 1,
    skipEnd: 0,
    short: "error",
    long: "error",
    title: null,
    ...more,
  };
}

/** For tests: everything that a file with this content holds in a reading. */
export async function readAll(content: string | Uint8Array, reading: Reading) {
  await using folder = await makeFolder({ "t.csv": content });
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  const ragged: RaggedLine[] = [];
  let header: readonly string[] = [];
  for await (const batch of readRecords({ path: folder.at("t.csv"), name: "t.csv" }, reading)) {
    header = batch.header;
    records.push(...batch.records);
    lines.push(...batch.lines);
    ragged.push(...batch.ragged);
  }
  return { header, records, lines, ragged };
}

/** For tests: the reading that is found for a file with this content, and what is said of it. */
export async function findIn(content: string | Uint8Array, given: FileSettings = {}, name = "t.csv", encoding = "utf-8") {
  await using folder = await makeFolder({ [name]: content });
  const notices: Warning[] = [];
  const delimiter = name.endsWith(".tsv") ? "\t" : ",";
  const reading = await findReading({ path: folder.at(name), name, delimiter }, encoding, given, notices);
  return { reading, notices, codes: notices.map(({ code }) => code) };
}
