import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Draft } from "@datasette-publish/workbench/protocol";
import type { Refusal } from "../routes.ts";
import { openScene, type Scene } from "./scene.test-support.ts";

let scene: Scene;
let draft: string;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  draft = (await scene.call("POST /api/drafts", { body: {} })).answer.id;
});
afterAll(() => scene[Symbol.asyncDispose]());

const put = async (name: string, body: string | Readable, headers: Record<string, string | number>) => {
  const answered = await scene.ask("PUT", `/api/drafts/${draft}/files/${encodeURIComponent(name)}`, { body, headers });
  return { status: answered.status, answer: JSON.parse(answered.text) as Draft & Refusal };
};
const filesOf = async () => (await scene.call("GET /api/drafts/:draft", { params: { draft } })).answer.draft.files;
const onDisk = () => readdirSync(join(scene.dir, "bench", "drafts", draft, "files"));

const chunked = (content: string) => Readable.from([Buffer.from(content)]);
const fits = (name: string) => name.isWellFormed() && !/^\.|[/\\\p{Cc}]/u.test(name);

describe("a file", () => {
  it("is kept as it came", async () => {
    const bytes = "a\n\u0000\r\n".repeat(50_000);
    const { status, answer } = await put("a.csv", bytes, { "x-file-size": bytes.length, "x-file-from": 0 });
    expect([status, answer.files]).toEqual([200, [{ name: "a.csv", sizeBytes: bytes.length, finding: { state: "arrived" } }]]);
    const [stored] = onDisk();
    expect(digest(readFileSync(join(scene.dir, "bench", "drafts", draft, "files", stored!)))).toBe(digest(bytes));
  });

  it("may have any name that a file can have", async () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
      fc.stringMatching(/^[%a-fA-F0-9 +?#;&.:@-]{1,20}$/),
    );
    await fc.assert(
      fc.asyncProperty(name.filter(fits), async (given) => {
        const { answer } = await put(given, "x", { "x-file-size": 1 });
        expect(answer.files.map((file) => file.name)).toEqual([given]);
        const params = { draft, file: given };
        expect((await scene.call("DELETE /api/drafts/:draft/files/:file", { params })).answer.files).toEqual([]);
      }),
      { numRuns: 60, examples: [["100%.csv"], ["%41.csv"], ["%2F"], ["a%2Fb.csv"], ["%25"], ["%"], ["ä ö.csv"], ["e\u0301.csv"]] },
    );
  });

  it.each(["../../evil.csv", "a/b.csv", String.raw`..\evil`, ".hidden", "..", "a\0.csv", "a\r\nb.csv", "é".repeat(101)])(
    "is not called %j",
    async (name) => {
      const { status, answer } = await put(name, "x", { "x-file-size": 1 });
      expect([400, 404]).toContain(status);
      expect(["OPTION_INVALID", "REQUEST_REFUSED"]).toContain(answer.error.code);
      expect(await filesOf()).toEqual([]);
    },
  );
});

describe("a file that is not whole", () => {
  it("is refused at once when the headers do not fit", async () => {
    for (const headers of [
      {},
      { "x-file-size": "-1" },
      { "x-file-size": "1e3" },
      { "x-file-size": 2 },
      { "x-file-size": 3, "x-file-from": 1 },
    ])
      expect((await put("a.csv", "x", { "content-length": 1, ...headers })).status).toBe(400);
    expect((await put("a.csv", "x", { "x-file-size": 3, "x-file-from": 2 })).answer.error.code).toBe("OPTION_INVALID");
    expect(await filesOf()).toEqual([]);
  });

  it("leaves nothing half when it is longer than was said, and what is there when it is shorter", async () => {
    const long = await put("long.csv", chunked("abcdef"), { "x-file-size": 3 });
    expect([long.status, long.answer.error.code]).toEqual([409, "INPUT_CHANGED"]);
    expect(onDisk()).toEqual([]);
    const short = await put("short.csv", chunked("ab"), { "x-file-size": 4 });
    expect([short.status, short.answer.error.code]).toEqual([409, "INPUT_CHANGED"]);
    expect(await filesOf()).toEqual([{ name: "short.csv", sizeBytes: 4, finding: { state: "arriving", receivedBytes: 2 } }]);
    const { answer } = await put("short.csv", "cd", { "x-file-size": 4, "x-file-from": 2 });
    expect(answer.files).toMatchObject([{ finding: { state: "arrived" } }]);
  });

  it("goes on from where the connection broke", async () => {
    const head = [
      `PUT /api/drafts/${draft}/files/a.csv HTTP/1.1`,
      `Host: ${scene.host}`,
      `Authorization: Bearer ${scene.key}`,
      "X-File-Size: 6",
      "Content-Length: 6",
    ];
    const { hostname, port } = new URL(scene.web.origin);
    const socket = connect(Number(port), hostname);
    socket.write(`${head.join("\r\n")}\r\n\r\nabc`);
    await vi.waitFor(async () => expect(await filesOf()).toMatchObject([{ finding: { receivedBytes: 3 } }]));
    socket.destroy();
    await vi.waitFor(async () => expect((await put("a.csv", "def", { "x-file-size": 6, "x-file-from": 3 })).status).toBe(200));
    const [stored] = onDisk();
    expect(readFileSync(join(scene.dir, "bench", "drafts", draft, "files", stored!), "utf8")).toBe("abcdef");
  });

  it("is not taken for a draft that is not there", async () => {
    const { status } = await scene.ask("PUT", `/api/drafts/${"0".repeat(32)}/files/a.csv`, { body: "a", headers: { "x-file-size": 1 } });
    expect(status).toBe(404);
  });
});

it("text that is no HTTP is refused", async () => {
  const { hostname, port } = new URL(scene.web.origin);
  const socket = connect(Number(port), hostname);
  socket.write("GET / HTTP/1.0\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 [^]*nosniff/);
});

function digest(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
