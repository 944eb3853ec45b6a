import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { formats } from "./formats.ts";
import { formatOf } from "./identify.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const zipOf = (...names: string[]): Buffer => Buffer.from(zipSync(Object.fromEntries(names.map((name) => [name, strToU8("x")]))));

/** What people have called `people.csv`. */
test.each([
  ["a web page", '<!DOCTYPE html>\n<html lang="en"><head><title>Sign in</title>'],
  ["a web page", "\n  <html>\n<body>404</body></html>"],
  ["a web page", "\uFEFF<!-- saved -->\n<html>"],
  ["a web page", '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">'],
  ["a web page", Buffer.from("\uFEFF<html><table>", "utf16le")],
  ["a web page", "<table><tr><td>1</td></tr></table>"],
  ["XML", '<?xml version="1.0"?>\n<rows><row a="1"/></rows>'],
  ["XML", "<data>\n<row a='1'/>\n</data>\n"],
  ["SQL", "-- a dump\nPRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"],
  ["SQL", "INSERT INTO t VALUES (1,'a');\n"],
  ["a text with formatting (RTF)", "{\\rtf1\\ansi a,b}"],
  ["a calendar or address book", "BEGIN:VCARD\r\nVERSION:3.0\r\n"],
  ["a file with the marks of an unfinished merge", "a,b\n<<<<<<< HEAD\n1,2\n=======\n1,3\n>>>>>>> other\n"],
  ["JSON", '[{"a":1,"b":2},\n{"a":3,"b":4}]\n'],
  ["JSON", '{"type":"FeatureCollection","features":[]}'],
  ["JSON", '{"a": 1}\n{"a": 2}\n'],
  ["JSON", '[["a","b"],[1,2]]'],
  ["JSON", '["a", "b"]\n["c", "d"]\n'],
  ["JSON", "[1, 2, 3]"],
  ["JSON", "[]"],
  ["a pointer of Git LFS, not the file itself", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"],
  ["a pointer of git-annex, not the file itself", "/annex/objects/MD5E-s1234--d41d8cd98f00b204e9800998ecf8427e.csv\n"],
  ["a pointer of DVC, not the file itself", "outs:\n- md5: a304afb96060aad90176268345e10355\n  path: people.csv\n"],
  ["a link to a document elsewhere", "[InternetShortcut]\r\nURL=https://example.com/people.csv\r\n"],
  ["the lock file of a document that is open", ",anna,laptop,30.11.2026 09:12,file:///home/anna/.config/libreoffice/4;"],
  ["an Excel workbook", zipOf("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")],
  ["an Excel workbook", Buffer.from("d0cf11e0a1b11ae10000", "hex")],
  [
    "an OpenDocument spreadsheet",
    Buffer.concat([zipOf("mimetype").subarray(0, 38), latin1("application/vnd.oasis.opendocument.spreadsheet")]),
  ],
  ["an office document", zipOf("[Content_Types].xml", "word/document.xml")],
  ["a zip archive", zipOf("people.csv")],
  ["a gzip file", gzipSync("a\n1\n")],
  ["a Parquet or Arrow file", latin1("PAR1\x15\x04\x15\x10")],
  ["a SQLite database", latin1("SQLite format 3\0\x10\0")],
  ["a PDF", "%PDF-1.7\n%\u00e2\u00e3"],
  ["a picture", Buffer.from("89504e470d0a1a0a0000000d", "hex")],
  ["a tar archive", latin1(`a.csv${"\0".repeat(252)}ustar\x0000`)],
  ["packed by a program other than zip and gzip", latin1("\xfd7zXZ\0\0\x04")],
  ["a file of NUL characters only", Buffer.alloc(4096)],
  ["neither CSV, TSV nor SQLite", latin1("\x01\x02\0\x03")],
])("%s named .csv is told as that: %j", (name, content) => {
  expect(formatOf(Buffer.from(content as string), "people.csv").name).toBe(name);
});

test.each([
  "a,b\n1,2\n",
  "",
  "[id],[name]\n1,2\n",
  "[2020],[2021]\n1,2\n",
  '"{""a"":1}",x\n',
  "<b>,c\n",
  "<TICKER>,<PER>,<DATE>\nA,D,20240101\n",
  "<TICKER>\t<PER>\nA\tD\n",
  "Insert into,Create table\n1,2\n",
  "< 5,> 5\n1,2\n",
  "ID3,ORCID,BZh,PAR1\n1,2,3,4\n",
  "version,https\n1,2\n",
  "a,b\n1,\0\n",
  Buffer.from("\uFEFFa\tb\n1\t2\n", "utf16le"),
  Buffer.from("id,name\n1,a\n2,b\n", "utf16le"),
  Buffer.from("a,b\n\xe9,1\n", "latin1"),
  Buffer.from([0xff, 0xfe, 0, 0, 97, 0, 0, 0]),
])("what begins like delimited text is no other format: %j", (content) => {
  expect(formatOf(Buffer.from(content as string), "people.csv").name).toBe("delimited text");
});

test("what a file begins with counts for more than its name, except for what is packed in a format's own way", () => {
  expect(formatOf(latin1("a\tb\n1\t2\n"), "report.xls").read).toBe("text");
  expect(formatOf(gzipSync("x"), "a.tar.gz").name).toBe("a tar archive");
  expect(formatOf(gzipSync("x"), "a.rds").read).toBeUndefined();
  expect(formatOf(zipOf("a"), "a.xlsx").name).toBe("an Excel workbook");
  expect(formatOf(latin1("PK\x03\x04"), "a.xlsx").name).toBe("an Excel workbook");
  expect(formatOf(zipOf("a"), "a.zip").read).toBe("zip");
  expect(formatOf(latin1("\x03\x01\0\x05"), "~$people.csv").name).toContain("lock file");
  expect(formatOf(latin1("# About"), "README.md").name).toBe("notes or settings");
  for (const name of ["LICENSE", "a.txt", "a.psv", "a.2024", "a.out"]) expect(formatOf(latin1("a|b\n"), name).read).toBe("text");
  for (const name of ["a.out", "a.2024"]) expect(formatOf(Buffer.from([97, 0, 98]), name).read).toBeUndefined();
});

test("no ending stands for two formats, and each format is told by something", () => {
  const endings = formats.flatMap(({ extensions }) => extensions);
  expect(new Set(endings).size).toBe(endings.length);
  for (const { name, extensions, magic, pattern } of formats)
    expect([name, extensions.length > 0 || magic !== undefined || pattern !== undefined]).toEqual([name, true]);
});
