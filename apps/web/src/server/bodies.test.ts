import { afterAll, beforeAll, expect, it } from "vitest";
import type { Draft } from "@datasette-publish/workbench/protocol";
import { Readable } from "node:stream";
import { openScene, type Scene } from "./scene.test-support.ts";

let scene: Scene;
let draft: string;
beforeAll(async () => {
  scene = await openScene();
  draft = (await scene.call("POST /api/drafts", { body: {} })).answer.id;
});
afterAll(() => scene[Symbol.asyncDispose]());

const put = (part: "choices" | "about" | "place" | "decisions", body: unknown) =>
  scene.call(`PUT /api/drafts/:draft/${part}`, { params: { draft }, body });

it("keeps what is chosen and said, under whatever name a column has", async () => {
  const columns = '{"__proto__":{"leaveOut":true},"constructor":{"type":"text"},"\\"><img>":{"null":["-",""],"search":true}}';
  const sent = `{"files":{"a b.csv":{"skip":0,"escape":"backslash"}},"tables":{"toString":{"columns":${columns}}}}`;
  const { status, text: answer } = await scene.ask("PUT", `/api/drafts/${draft}/choices`, {
    body: sent,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
  expect(status).toBe(200);
  const kept = (JSON.parse(answer) as Draft).choices.tables["toString"]!.columns!;
  expect(Object.keys(kept)).toEqual(["__proto__", "constructor", '"><img>']);
  const { answer: about } = await put("about", { title: "T", sourceUrl: "https://example.org/" });
  expect(about).toMatchObject({ about: { title: "T" }, revision: 2 });
});

it.each<[Parameters<typeof put>[0], unknown]>([
  ["choices", { files: {} }],
  ["choices", { files: [], tables: {} }],
  ["choices", { files: {}, tables: {}, more: 1 }],
  ["choices", { files: { a: { encodin: "utf-8" } }, tables: {} }],
  ["choices", { files: { a: { skip: -1 } }, tables: {} }],
  ["choices", { files: { a: { skip: 1.5 } }, tables: {} }],
  ["choices", { files: { a: { quote: "`" } }, tables: {} }],
  ["choices", { files: {}, tables: { t: { columns: { c: { type: "blob" } } } } }],
  ["choices", { files: {}, tables: { t: { columns: { c: null } } } }],
  ["about", { title: 1 }],
  ["about", { titel: "T" }],
  ["about", null],
  ["place", { card: "desk", options: {} }],
  ["place", { card: "desk", options: { drawer: {} }, address: null }],
  ["decisions", { database: null, table: "t", column: "c", kind: "email", decision: "maybe" }],
  ["decisions", { database: null, table: "t", column: "c", kind: "email", decision: "public", by: "somebody else" }],
])("%s does not take %j", async (part, body) => {
  const { status, code } = await put(part, body);
  expect([status, code]).toEqual([400, "REQUEST_REFUSED"]);
});

it("takes no secret for a place, and no place that is not there", async () => {
  const { status, answer, code } = await put("place", { card: "desk", options: { lock: "canary-secret" }, address: null });
  expect([status, code]).toEqual([400, "OPTION_INVALID"]);
  expect(JSON.stringify(answer)).not.toContain("canary-secret");
  expect((await put("place", { card: "cellar", options: {}, address: null })).status).toBe(404);
});

const ask = (body: string | Readable, type: string) =>
  scene.ask("PUT", `/api/drafts/${draft}/about`, { body, headers: { "content-type": type } });

it("takes JSON alone, of a size that can be", async () => {
  expect((await ask("{", "application/json")).status).toBe(400);
  expect((await ask("", "application/json")).status).toBe(400);
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"])
    expect((await ask("{}", type)).status).toBe(415);
  const long = Readable.from(Array.from({ length: 9 }, () => " ".repeat(1_000_000)));
  expect((await ask(long, "application/json")).status).toBe(413);
});

it.each(["", "0", "-1", "1e3", "99999", "all"])("rows are not asked for by %j", async (limit) => {
  expect((await scene.ask("GET", `/api/drafts/${draft}/rows?database=d&table=t&limit=${limit}`)).status).toBe(400);
  expect((await scene.ask("GET", `/api/drafts/${draft}/rows?database=d&limit=1`)).status).toBe(400);
});
