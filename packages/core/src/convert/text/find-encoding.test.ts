import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPublishError } from "../../errors/publish-error.ts";
import type { Warning } from "../../events/warnings.ts";
import { makeFolder } from "../fixtures.ts";
import { candidates } from "./candidates.ts";
import { readText } from "./encoding.ts";
import { findEncoding } from "./find-encoding.ts";

/** Bytes of a text in an encoding of one or two bytes a character, as TextDecoder reads it. */
function encode(text: string, encoding: string): Buffer {
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  return Buffer.concat(
    Array.from(text, (char) => {
      const bytes = table.get(char);
      if (bytes === undefined) throw new Error(`${encoding} has no ${char}`);
      return bytes;
    }),
  );
}

const tables = new Map<string, Map<string, Buffer>>();
function tableOf(encoding: string): Map<string, Buffer> {
  const table = new Map<string, Buffer>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const add = (...bytes: number[]): void => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if (Array.from(text).length === 1 && !table.has(text)) table.set(text, Buffer.from(bytes));
    } catch {
      // Bytes that are no character.
    }
  };
  for (let first = 0; first < 256; first++) add(first);
  for (let first = 0x81; first < 255; first++) for (let second = 0x40; second < 255; second++) add(first, second);
  return table;
}

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

async function find(content: string | Uint8Array, given?: string) {
  await using folder = await makeFolder({ "t.csv": content });
  const file = { path: folder.at("t.csv"), name: "t.csv" };
  const notices: Warning[] = [];
  try {
    const encoding = await findEncoding(file, given, notices);
    let text = "";
    for await (const piece of readText(file, encoding)) text += piece.text;
    return { encoding, text, notices, codes: notices.map(({ code }) => code), facts: notices.map(({ facts }) => facts) };
  } catch (error) {
    if (!isPublishError(error)) throw error;
    return { error, code: error.code, message: error.message, facts: error.facts, remedies: error.remedies };
  }
}

/** Tables as people have them, a line or a few of each. */
const texts: readonly (readonly [encoding: string, text: string])[] = [
  ["windows-1250", "miasto,woj\nŁódź,łódzkie\nGdańsk,pomorskie\nPoznań,wielkopolskie\nŚwięta Lipka,warmińsko-mazurskie\n"],
  ["windows-1250", "obec,kraj\nČeské Budějovice,Jihočeský\nPlzeň,Plzeňský\nŽďár nad Sázavou,Vysočina\n"],
  ["windows-1251", "город,область\nМосква,Московская\nНижний Новгород,Нижегородская\n"],
  ["koi8-r", "город,область\nМосква,Московская\nНижний Новгород,Нижегородская\n"],
  ["ibm866", "город,область\nМосква,Московская\nНижний Новгород,Нижегородская\n"],
  ["shift_jis", "都市,県\n横浜,神奈川県\n札幌市,北海道\nカタカナ,ひらがな\n"],
  ["euc-jp", "都市,県\n横浜,神奈川県\n札幌市,北海道\nカタカナ,ひらがな\n"],
  ["gb18030", "城市,省\n广州,广东省\n成都,四川省\n武汉,湖北省\n南京,江苏省\n"],
  ["big5", "城市,縣\n臺北,臺灣\n高雄,臺灣省\n新竹縣,桃園市\n"],
  ["euc-kr", "도시,도\n서울,경기도\n부산,경상남도\n대구,경상북도\n"],
  ["windows-1253", "πόλη,νομός\nΑθήνα,Αττική\nΘεσσαλονίκη,Μακεδονία\n"],
  ["windows-1254", "şehir,bölge\nİstanbul,Marmara\nEskişehir,İç Anadolu\nDiyarbakır,Güneydoğu\n"],
  ["windows-1255", "עיר,מחוז\nירושלים,ירושלים\nחיפה,הצפון\n"],
  ["windows-1256", "مدينة,منطقة\nالقاهرة,مصر\nالرياض,السعودية\n"],
  ["windows-874", "จังหวัด,ภาค\nกรุงเทพมหานคร,กลาง\nเชียงใหม่,เหนือ\n"],
  ["windows-1252", "ville,région\nNîmes,Occitanie\nChâlons,Champagne-Ardenne\nSète,Hérault\nBesançon,Franche-Comté\n"],
  ["windows-1252", "Stadt,Straße\nKöln,Schloßstraße\nMünchen,Größenweg\nDüsseldorf,Königsallee\n"],
  ["macintosh", "ville,région\nNîmes,Occitanie\nChâlons,Champagne-Ardenne\nSète,Hérault\nBesançon,Franche-Comté\n"],
];

test.each(texts)("a table in %s is read, or shown with it: %j", async (encoding, text) => {
  const found = await find(encode(text, encoding));
  if (found.code === undefined) {
    expect([found.encoding, found.text, found.codes]).toEqual([encoding, text, ["ENCODING_GUESSED"]]);
    return;
  }
  const { encodings, texts: shown, line } = found.facts as { encodings: string[]; texts: string[]; line: number };
  expect(found.code).toBe("CSV_ENCODING");
  expect(encodings.slice(0, 2)).toContain(encoding);
  expect(shown[encodings.indexOf(encoding)]).toBe(`"${text.split("\n")[line - 1]}"`);
  expect(found.message).toContain(`${shown[0]} as ${encodings[0]}`);
  expect(found.remedies.map((remedy) => ("value" in remedy ? remedy.value : remedy.action))).toEqual([...encodings, "replace-file"]);
});

test("what is clear is taken, and the warning shows the text", async () => {
  const { notices } = await find(encode("miasto\nŁódź\nGdańsk\nŚwięta Lipka\n", "windows-1250"));
  expect(notices).toMatchObject([
    {
      code: "ENCODING_GUESSED",
      facts: { file: "t.csv", encoding: "windows-1250", line: 2, text: '"Łódź"' },
      message: expect.stringContaining('"Łódź"'),
    },
  ]);
});

test("one letter is not enough: the line is shown in each encoding, and no Polish or Russian file is told to be Western", async () => {
  const { code, facts } = await find(Buffer.from("a\nK\xf6ln\n", "latin1"));
  expect([code, facts]).toMatchObject([
    "CSV_ENCODING",
    { line: 2, byte: 3, encodings: ["windows-1252", expect.any(String)], texts: ['"Köln"', expect.any(String)] },
  ]);
  const polish = await find(encode("a\nŁódź\n", "windows-1250"));
  expect(polish.encoding ?? (polish.facts as { encodings: string[] }).encodings[0]).toBe("windows-1250");
});

test("quotes, dashes and the euro of Windows do not stand against Western", async () => {
  const found = await find(encode("name,price\n“Über” – it’s,5 €\nMüller,3 €\nGroßmann,1 €\n", "windows-1252"));
  expect([found.encoding, found.text?.slice(11, 23)]).toEqual(["windows-1252", "“Über” – it’"]);
});

test("an encoding that is given is taken, by any of its labels, but UTF-8 and marks stay what they are", async () => {
  const bytes = encode("a\nŁódź\n", "windows-1250");
  for (const label of ["windows-1250", "cp1250", "X-CP1250"])
    expect(await find(bytes, label)).toMatchObject({ encoding: "windows-1250", text: "a\nŁódź\n", codes: ["ENCODING_TAKEN"] });
  expect(await find("a\nŁódź\n", "windows-1250")).toMatchObject({ encoding: "utf-8", text: "a\nŁódź\n", codes: [] });
  expect(await find("\uFEFFa\né\n", "windows-1252")).toMatchObject({ text: "a\né\n", codes: [] });
  expect(await find(bytes, "utf8")).toMatchObject({
    code: "CSV_ENCODING",
    facts: { line: 2, byte: 2, encodings: expect.arrayContaining(["windows-1250"]) },
  });
  expect(await find(bytes, "utf-16le")).toMatchObject({ code: "CSV_ENCODING", facts: { line: 2 } });
  expect(await find("a\n", "latin-one")).toMatchObject({ code: "OPTION_INVALID", facts: { option: "encoding" } });
});

test("UTF-16 is read with and without a byte order mark, of either order, also where it is asked for", async () => {
  const text = "id,name\n1,Łódź\n2,Москва\n3,東京\n";
  for (const [encoding, bytes] of [
    ["utf-16le", Buffer.from(text, "utf16le")],
    ["utf-16be", utf16be(text)],
  ] as const) {
    expect(await find(bytes)).toMatchObject({ encoding, text, codes: ["ENCODING_GUESSED"], facts: [{ line: 1, text: '"id,name"' }] });
    expect(await find(bytes, encoding)).toMatchObject({ encoding, text, codes: ["ENCODING_TAKEN"] });
    const marked = encoding === "utf-16le" ? Buffer.from(`\uFEFF${text}`, "utf16le") : utf16be(`\uFEFF${text}`);
    expect(await find(marked)).toMatchObject({ encoding, text, codes: [] });
  }
});

test("UTF-32 is told by its name", async () => {
  const bytes = Buffer.from(Array.from("a,b\n1,2\n", (char) => [char.charCodeAt(0), 0, 0, 0]).flat());
  for (const content of [bytes, Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), bytes])])
    expect(await find(content)).toMatchObject({ code: "CSV_ENCODING", message: expect.stringContaining("UTF-32") });
});

test("byte order marks in wrong places are named, and left out at the start of the file", async () => {
  expect(await find("\uFEFF\uFEFFid\n1\n")).toMatchObject({ text: "id\n1\n", codes: ["STRAY_MARK"], facts: [{ line: 1, count: 1 }] });
  const middle = await find("\uFEFFid,n\n1,2\n\uFEFFid,n\n3,a\uFEFFb\n");
  expect(middle.codes).toEqual(["STRAY_MARK", "STRAY_MARK"]);
  expect(middle.facts).toMatchObject([
    { line: 3, count: 1 },
    { line: 4, count: 1 },
  ]);
});

test("a NUL is told by its line, padding by what it is; a final Ctrl-Z is left out and told", async () => {
  expect(await find("a,b\n1,2\n3,\0\n")).toMatchObject({ code: "CSV_INVALID", facts: { line: 3, count: 1, isPadding: false } });
  expect(await find(`a\n1\n${"\0".repeat(5000)}`)).toMatchObject({ code: "CSV_INVALID", facts: { line: 3, count: 5000, isPadding: true } });
  expect(await find(`a\n${"1\n".repeat(10_000)}2\0\n`)).toMatchObject({ code: "CSV_INVALID", facts: { line: 10_002 } });
  expect(await find("a,b\r\n1,2\r\n\x1A")).toMatchObject({ text: "a,b\r\n1,2\r\n", codes: ["STRAY_MARK"] });
  expect(await find("a,b\r\n1,2\x1A")).toMatchObject({ text: "a,b\r\n1,2", codes: ["STRAY_MARK"] });
  expect(await find("a\n1\x1A2\n")).toMatchObject({ text: "a\n1\x1A2\n", codes: [] });
});

test("lines of UTF-8 among others: mixed is refused with a line of each, or told where an encoding was given", async () => {
  const bytes = Buffer.concat([Buffer.from("city\nKöln\nMünchen\n"), Buffer.from("Z\xfcrich\n", "latin1")]);
  const found = await find(bytes);
  expect(found).toMatchObject({ code: "CSV_ENCODING", facts: { line: 4, utf8Lines: 2, otherLines: 1 } });
  expect(found.message).toMatch(/Köln.*KÃ¶ln.*Zürich/);
  expect(await find(bytes, "windows-1252")).toMatchObject({
    codes: ["ENCODING_TAKEN", "ENCODING_MIXED"],
    facts: [{}, { line: 2, lines: 2 }],
  });
});

test("UTF-8 that breaks off is no other encoding", async () => {
  expect(await find(Buffer.from("a\né\nü").subarray(0, -1))).toMatchObject({
    code: "CSV_ENCODING",
    message: expect.stringContaining("breaks off"),
    facts: { line: 3 },
  });
});

test("an escape in a file does not make it Japanese; ISO-2022-JP is read", async () => {
  expect(await find("a\n\x1B[1mbold\x1B[0m\n")).toMatchObject({ encoding: "utf-8", codes: [] });
  const jis = Buffer.concat([Buffer.from("city\n\x1B$B"), Buffer.from([0x45, 0x6c, 0x35, 0x7e]), Buffer.from("\x1B(B\n")]);
  expect(await find(jis)).toMatchObject({ encoding: "iso-2022-jp", text: "city\n東京\n", codes: ["ENCODING_GUESSED"] });
});

test("a file of DOS, which no encoding that is known reads, is not told to be Japanese", async () => {
  const cities = "name,x\nM\x81ller,1\nK\x94ln,2\nGr\x81n,3\nStra\xe1e,4\nS\x84gewerk,5\n";
  expect(await find(Buffer.from(cities, "latin1"))).toMatchObject({ code: "CSV_ENCODING" });
  expect(await find(Buffer.from("name\nM\x81ller\n", "latin1"))).toMatchObject({ code: "CSV_ENCODING" });
});

test("what is found or given always reads the whole file, and is an encoding that is known", async () => {
  const known = ["utf-8", "utf-16le", "utf-16be", "iso-2022-jp", ...candidates.map(({ encoding }) => encoding)];
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (bytes) => {
      const found = await find(bytes);
      if (found.code === undefined) expect(known).toContain(found.encoding);
      else expect(["CSV_ENCODING", "CSV_INVALID"]).toContain(found.code);
    }),
    { numRuns: 100 },
  );
});
