import * as fc from "fast-check";
import { expect, test } from "vitest";
import { scan } from "../fixtures.ts";
import { plainName, saidByName } from "./column-names.ts";
import { hasPrivateFinding, privateWarnings, requireNoPrivateData } from "./finding.ts";
import { hasIbanDigits, ibanOf, isCard, isPhone } from "./kinds.ts";
import { mask } from "./mask.ts";
import { Sample } from "./sample.ts";
import { PrivateDataScan } from "./scan.ts";

const column = (name: string, values: readonly string[]): string =>
  `k,${name}\n${values.map((value, at) => `${at},"${value}"\n`).join("")}`;
const numbered = (count: number, value: (at: number) => string): string[] => Array.from({ length: count }, (_, at) => value(at));

/** Numbers of a form with the check digits that make them valid. */
function withCheck(count: number, first: number, check: (digits: string) => string): string[] {
  return numbered(count, (at) => check(String(first + at * 7919)));
}
const luhn = (digits: string): string => [..."0123456789"].map((last) => digits + last).find((number) => isCard(number)) ?? digits;
const nirKey = (digits: string): string => digits + String(97n - (BigInt(digits) % 97n)).padStart(2, "0");
const dniLetter = (digits: string): string => digits + "TRWAGMYFPDXBNJZSQVHLCKE"[Number(digits) % 23];
const iban = (account: string): string => {
  const rest = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(rest).padStart(2, "0")}${account}`;
};

const emails = numbered(12, (at) => `anna${at}@town.example.org`);
const cards = withCheck(20, 400_000_111_122_200, luhn);
const nirs = withCheck(30, 1_850_578_006_000, nirKey);
const dnis = withCheck(30, 12_345_678, dniLetter);
const ssns = numbered(25, (at) => `${123 + at}-4${at % 10}-67${10 + at}`);

test.each([
  ["e-mail addresses", "contact", emails, "email", 12, "an…@t…"],
  [
    "e-mail addresses in text",
    "notes",
    ["nothing", "ask bob.ross@paint.org today", ...numbered(20, () => "nothing")],
    "email-in-text",
    1,
    "bo…@p…",
  ],
  ["phone numbers with a country", "reach", ["+49 30 1234567", "+1 (555) 010-9999", "+44 20 7946 0000"], "phone", 3, "+4…"],
  ["phone numbers with an area", "reach", ["(212) 555-0123", "212-555-0199", "1-212-555-0100"], "phone", 3, "(2…"],
  ["phone numbers by the name", "Telefon", ["030 1234567", "0171/1234567", "040-998877"], "phone", 3, "03…"],
  ["cards", "paid_with", cards, "card", 20, "40…"],
  ["cards in groups", "paid_with", cards.map((card) => card.replace(/(\d{4})(?=\d)/g, "$1 ")), "card", 20, "40…"],
  ["bank accounts", "account", ["none", iban("370400440532013000"), ...numbered(20, () => "none")], "iban", 1, "DE…"],
  ["French numbers", "ref", nirs, "national-id", 30, "18…"],
  ["Spanish numbers", "ref", dnis, "national-id", 30, "12…"],
  ["three Spanish numbers by the name", "DNI", dnis.slice(0, 3), "national-id", 3, "12…"],
  ["American numbers", "ref", ssns, "national-id", 25, "12…"],
  ["IP addresses", "visitor", ["192.168.1.17", "10.20.30.40", "2001:db8::1"], "ip", 3, "19…"],
  ["first names", "First_Name", ["Anna", "Bob"], "first-name", 2, "A…"],
  ["last names in Polish", "Nazwisko", ["Nowak", "Kowalska"], "last-name", 2, "N…"],
  ["last names in Spanish", "apellidos", ["García Márquez", "Ruiz"], "last-name", 2, "Ga…"],
  ["dates of birth in German", "Geburtsdatum", ["31.01.1964", "01.02.1973"], "birth-date", 2, "31…"],
  ["dates of birth in French", "date de naissance", ["1964-01-31", "1973-02-01"], "birth-date", 2, "19…"],
  ["passports", "PassportNumber", ["C01X00T47", "L8988901C"], "document", 2, "C0…"],
])("%s", async (_, name, values, kind, count, example) => {
  const found = await scan(column(name, values));
  expect(found).toMatchObject([{ file: "t.csv", table: "t", column: name, kind, count, example }]);
  for (const value of values) expect(JSON.stringify([found, privateWarnings(found)])).not.toContain(JSON.stringify(value).slice(1, -1));
});

test.each([
  ["dates", "when", ["2024-01-31", "31.01.2024", "2024-02-01"], "TEXT"],
  ["decimals with a sign", "lon", ["+48.2082345", "+16.3738190"], "REAL"],
  ["decimals with a sign that are text", "lon", ["+48.2082345", "+16.3738190", "x"], "TEXT"],
  ["whole numbers", "n", numbered(50, (at) => String(2_125_550_000 + at)), "INTEGER"],
  ["a share of mobile phones", "mobile", ["101.25", "98.5"], "REAL"],
  ["numbers of cells", "cell", ["10012345", "10012346"], "INTEGER"],
  ["codes with leading zeros", "gtin", numbered(30, (at) => `0012345678${String(at).padStart(4, "0")}`), "TEXT"],
  ["nine digits", "parcel", numbered(50, (at) => String(123_456_700 + at)), "INTEGER"],
  ["French companies", "siren", numbered(40, (at) => luhnOf(55_210_055 + at * 31)), "INTEGER"],
  ["16 digits that begin as cards do", "ref", numbered(100, (at) => String(4_000_000_000_000_000 + at * 104_729)), "INTEGER"],
  ["outlines", "section", ["1.2.3.4", "1.2.3.5", "2.1.1.1"], "TEXT"],
  ["files and handles", "asset", ["logo@2x.png", "@mention", "git@github.com:a/b"], "TEXT"],
  ["names of places", "name", ["Berlin", "Paris"], "TEXT"],
  ["addresses of schools", "address", ["1 High Street", "2 Low Road"], "TEXT"],
  ["births", "births", ["700", "800"], "INTEGER"],
  ["countries of passports", "passport", ["Germany", "France"], "TEXT"],
  ["near infrared", "nir", ["0.5", "0.7"], "REAL"],
  ["the child of the climate", "nino", ["strong", "weak"], "TEXT"],
  ["keys of random bytes", "key", numbered(2000, (at) => `ad${String(at).padStart(4, "0")}-4a1c-4d8e-9b1e-0123456789ab`), "TEXT"],
  ["numbers of vehicles", "vin", numbered(2000, (at) => `AD12ZZZ8V1A${100_000 + at}`), "TEXT"],
  ["codes of the form of accounts", "code", numbered(300, (at) => `DE${10 + (at % 90)}0000000000000000${10 + at}`.slice(0, 22)), "TEXT"],
  ["nothing", "email", ["", ""], "TEXT"],
] as const)("no private data: %s", async (_, name, values, type) => {
  expect(await scan(column(name, values), { [name]: type })).toEqual([]);
});

function luhnOf(digits: number): string {
  const sum = [...String(digits)].toReversed().reduce((total, digit, at) => {
    const twice = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

test("an address is one of a person beside what is about people", async () => {
  const found = await scan("surname,address\nOtt,1 High Street\nRoth,2 Low Road\n");
  expect(found.map(({ kind, confidence }) => [kind, confidence])).toEqual([
    ["last-name", "low"],
    ["address", "low"],
  ]);
});

test("one warning for each column, with the column to leave out; or an error for those who want it", async () => {
  const found = await scan("email,surname\nann@town.org,Ott\nbob@town.org,Roth\n");
  const warnings = privateWarnings(found);
  expect(warnings.map(({ code, facts: { column: name, example } }) => [code, name, example])).toEqual([
    ["PRIVATE_DATA", "email", "a…@t…"],
    ["PRIVATE_DATA", "surname", "O…"],
  ]);
  expect(warnings[0]!.remedies[0]).toMatchObject({ option: "leaveOut", value: "t.email" });
  expect(warnings[0]!.message).toContain("email holds e-mail addresses: 2 of 2 rows, the first on line 2 (a…@t…).");
  expect(warnings[1]!.message).toContain("may hold");
  expect(hasPrivateFinding(found, "t", "email")).toBe(true);
  expect(hasPrivateFinding(found, "t", "name")).toBe(false);
  expect(() => requireNoPrivateData(found)).toThrow(expect.objectContaining({ code: "PRIVATE_DATA_FOUND" }) as Error);
  requireNoPrivateData([]);
});

test("a column that is left out is not told", async () => {
  const found = new PrivateDataScan({ file: "t.csv", database: null, table: "t", header: ["email"] });
  found.add({ records: [["ann@town.org"]], lines: [2] });
  expect(await found.findings([undefined])).toEqual([]);
});

test("rows of a database are scanned without text, and an address at the end of a long column is found", async () => {
  const found = new PrivateDataScan({ file: "t.db", database: "t", table: "t", header: ["notes"] });
  const records = numbered(5000, (at) => (at === 4999 ? "write to zoe@town.org" : `note ${at}`)).map((value) => [value]);
  found.add({ records, lines: records.map((_, at) => at + 1) });
  expect(await found.findings([{ name: "notes", type: "TEXT" }])).toMatchObject([
    { kind: "email-in-text", count: 1, counted: 5000, firstLine: null },
  ]);
});

test("addresses are counted up to the thousandth, with the rows to there", async () => {
  const found = new PrivateDataScan({ file: "t.csv", database: null, table: "t", header: ["contact", "k"] });
  const records = numbered(3000, (at) => (at % 2 === 0 ? `ann${at}@town.org` : "")).map((value) => [value, "x"]);
  for (let at = 0; at < 3000; at += 500)
    found.add({ records: records.slice(at, at + 500), lines: records.slice(at, at + 500).map((_, row) => at + row + 2) });
  const columns = ["contact", "k"].map((name) => ({ name, type: "TEXT" as const }));
  expect(await found.findings(columns)).toMatchObject([{ kind: "email", count: 1000, counted: 1999, firstLine: 2 }]);
});

test("a column of few values is sampled by those", async () => {
  const found = new PrivateDataScan({ file: "t.csv", database: null, table: "t", header: ["ref"] });
  const records = numbered(30_000, (at) => (at % 1000 === 999 ? nirs[Math.floor(at / 1000)]! : "")).map((value) => [value]);
  found.add({ records, lines: records.map((_, at) => at + 2) });
  expect(await found.findings([{ name: "ref", type: "INTEGER" }])).toMatchObject([{ kind: "national-id", count: 30, counted: 30 }]);
});

test("a record that begins in one piece of text and ends in the next is not passed over", async () => {
  const found = new PrivateDataScan({ file: "t.csv", database: null, table: "t", header: ["a"] });
  found.add({ records: [["x"]], lines: [2], text: "x\nzoe@tow" });
  found.add({ records: [["zoe@town.org"]], lines: [3], text: "n.org\n" });
  expect(await found.findings([{ name: "a", type: "TEXT" }])).toMatchObject([{ kind: "email", count: 1, firstLine: 3 }]);
});

test("a sample keeps the first value, its size, and even distances", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (count) => {
      const sample = new Sample(100);
      for (let at = 0; at < count;) at += sample.take(String(at), at);
      const lines = sample.values.map(({ line }) => line);
      expect(lines[0]).toBe(0);
      expect(lines.length).toBeLessThanOrEqual(100);
      expect(lines.length).toBeGreaterThanOrEqual(Math.min(count, 50));
      expect(new Set(lines.slice(1).map((line, at) => line - lines[at]!)).size).toBeLessThanOrEqual(1);
    }),
  );
});

test("a mask shows two characters at most, and none of a short value", () => {
  fc.assert(fc.property(fc.string(), (value) => mask(value).replaceAll(/[…@]/g, "").length <= 6));
  expect(["", "ab", "abc", "abcdef", "a@b.c", "anna@example.org", "write to anna@example.org"].map(mask)).toEqual([
    "…",
    "…",
    "a…",
    "ab…",
    "…@b…",
    "an…@e…",
    "an…@e…",
  ]);
});

test("names are found in their languages, as words of their own", () => {
  expect(
    [
      "firstName",
      "Vorname",
      "Prénom",
      "Primer Nombre",
      "cognome",
      "Sobrenome",
      "customer_last_name",
      "Führerschein",
      "TELÉFONO",
      "imię",
    ].map((name) => saidByName(name)?.kind),
  ).toEqual([
    "first-name",
    "first-name",
    "first-name",
    "first-name",
    "last-name",
    "last-name",
    "last-name",
    "document",
    "phone",
    "first-name",
  ]);
  expect(
    ["name", "hotel", "births", "file name", "address_count_total".slice(8), "telescope", "personality"].map((name) => saidByName(name)),
  ).toEqual(Array(7).fill(undefined));
  expect(plainName("GeburtsDatum (TT.MM.JJJJ)")).toBe("geburts datum tt mm jjjj");
});

const isIban = (value: string): boolean => {
  const found = ibanOf(value);
  return found !== undefined && hasIbanDigits(found);
};

test("forms", () => {
  expect(["4111111111111111", "4111 1111 1111 1111", "378282246310005"].every(isCard)).toBe(true);
  expect(["4111111111111112", "1234567890123456", "411111"].some(isCard)).toBe(false);
  expect(["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "IBAN: NO93 8601 1117 947"].every(isIban)).toBe(true);
  expect(
    ["DE88370400440532013000", "DE", "Description of it 12", "DE0000000000000000000000000", "XX89370400440532013000"].some(isIban),
  ).toBe(false);
  expect(["+5", "+0100", "(300)", "2024-01-31", "0049", "123-45-6789", "00012345678905"].some(isPhone)).toBe(false);
});
