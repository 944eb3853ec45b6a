import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiFake } from "./api-fake.ts";
import type { Contract } from "./contract.ts";

const note = { type: "object", properties: { id: { type: "integer" }, text: { type: "string" } }, required: ["text"] };
const contract: Contract = {
  source: "inline",
  version: "1",
  licence: "none",
  schemas: { Note: { ...note, additionalProperties: false }, Error: { type: "object" } },
  operations: {
    "GET /notes": {
      query: { max: { type: "integer" } },
      request: null,
      responses: { 200: { type: "array", items: { $ref: "#/schemas/Note" } }, 401: { $ref: "#/schemas/Error" } },
    },
    "POST /notes": { request: { $ref: "#/schemas/Note" }, responses: { 201: { $ref: "#/schemas/Note" } } },
    "GET /notes/{note}": { request: null, responses: { 200: { $ref: "#/schemas/Note" } } },
    "DELETE /notes/{note}": { request: null, responses: { 204: null } },
    "POST /notes/{note}/pin": { request: null, responses: { 200: {} } },
  },
};

let notes: { id: number; text: string }[];
let fake: ApiFake;
let url: string;

beforeEach(async () => {
  notes = [];
  fake = new ApiFake({
    contract,
    basePath: "/v1",
    before: ({ headers }) => (headers.authorization === "Bearer wrong" ? { status: 401, body: {} } : undefined),
    raw(_request, response, { pathname }) {
      if (pathname === "/stream") response.end("line\n");
      return pathname === "/stream";
    },
    handlers: {
      "GET /notes": () => ({ status: 200, body: notes }),
      "POST /notes": ({ body }) => {
        const { text } = body as { text: string };
        notes.push({ id: notes.length, text });
        return { status: 201, body: notes.at(-1) };
      },
      "GET /notes/{note}": ({ params }) => ({ status: 200, body: { title: params["note"] } }),
      "DELETE /notes/{note}": () => ({ status: 204 }),
    },
  });
  url = await fake.listen();
});
afterEach(() => fake.close());

function post(body: unknown, path = "/v1/notes"): Promise<Response> {
  return fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

test("a call that matches the contract reaches its handler and the log", async () => {
  const created = await post({ text: "first" });
  expect(created.status).toBe(201);
  expect(await created.json()).toEqual({ id: 0, text: "first" });
  expect((await fetch(`${url}/v1/notes?max=5`)).status).toBe(200);
  expect((await fetch(`${url}/v1/notes/a%20b`, { method: "DELETE" })).status).toBe(204);
  expect(fake.requests.map(({ operation, params, body, status }) => ({ operation, params, body, status }))).toEqual([
    { operation: "POST /notes", params: {}, body: { text: "first" }, status: 201 },
    { operation: "GET /notes", params: {}, body: undefined, status: 200 },
    { operation: "DELETE /notes/{note}", params: { note: "a b" }, body: undefined, status: 204 },
  ]);
  expect(fake.requests.map(({ atMs }) => atMs)).toEqual(fake.requests.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(fake.violations).toEqual([]);
});

test.each([
  ["an unknown key", () => post({ text: "a", colour: "red" }), /colour/],
  ["a missing key", () => post({}), /text/],
  ["a wrong type", () => post({ text: 5 }), /\/text/],
  ["an unknown query parameter", () => fetch(`${url}/v1/notes?min=1`), /min/],
  ["a query parameter of a wrong type", () => fetch(`${url}/v1/notes?max=many`), /max/],
  ["an unknown path", () => fetch(`${url}/v1/books`), /no such operation/],
  ["a path without the base path", () => fetch(`${url}/notes`), /no such operation/],
  ["a body where none belongs", () => post({}, "/v1/notes/1/pin"), /no body/],
  ["a body that is not said to be JSON", () => fetch(`${url}/v1/notes`, { method: "POST", body: "{}" }), /content-type/],
])("%s is refused and noted", async (_, send, violation) => {
  const answer = await send();
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ id: "bad_request" });
  expect(fake.violations).toEqual([expect.stringMatching(violation)]);
  expect(notes).toEqual([]);
});

test("an answer against the contract, and a handler that is missing, are noted", async () => {
  expect((await fetch(`${url}/v1/notes/1`)).status).toBe(500);
  expect((await fetch(`${url}/v1/notes/1/pin`, { method: "POST" })).status).toBe(501);
  expect(fake.violations).toEqual([expect.stringContaining("(title)"), expect.stringContaining("no handler")]);
});

test("authorization comes before the handler, other routes before the contract", async () => {
  expect((await fetch(`${url}/v1/notes`, { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
  expect(await (await fetch(`${url}/stream`)).text()).toBe("line\n");
  expect(fake.requests).toHaveLength(1);
  expect(fake.violations).toEqual([]);
});

test("faults happen in order, as often as asked for, before the handler", async () => {
  fake.fail("POST /notes", { status: 429, headers: { "Retry-After": "2" }, body: { id: "rate_limit" } }, 2);
  fake.fail("POST /notes", "reset");
  for (const _ of [1, 2]) {
    const busy = await post({ text: "a" });
    expect(busy.status).toBe(429);
    expect(busy.headers.get("retry-after")).toBe("2");
  }
  await expect(post({ text: "a" })).rejects.toThrow("fetch failed");
  expect(notes).toEqual([]);
  expect((await post({ text: "a" })).status).toBe(201);
  expect(fake.requests.map(({ status }) => status)).toEqual([429, 429, null, 201]);
});

test("an answer can be lost or cut after the handler ran", async () => {
  fake.fail("POST /notes", "lost");
  fake.fail("POST /notes", "truncate");
  await expect(post({ text: "a" })).rejects.toThrow("fetch failed");
  const cut = await post({ text: "b" });
  expect(Number(cut.headers.get("content-length"))).toBe(JSON.stringify({ id: 1, text: "b" }).length);
  await expect(cut.text()).rejects.toThrow("terminated");
  expect(notes.map(({ text }) => text)).toEqual(["a", "b"]);
});

test("a call can arrive after it was given up", async () => {
  fake.fail("POST /notes", { lateMs: 50 });
  await expect(post({ text: "a" })).rejects.toThrow("fetch failed");
  expect(notes).toEqual([]);
  await expect.poll(() => notes).toMatchObject([{ text: "a" }]);
});

test("a call can be held up", async () => {
  fake.fail("GET /notes", { delayMs: 50 });
  const startMs = performance.now();
  expect((await fetch(`${url}/v1/notes`)).status).toBe(200);
  expect(performance.now() - startMs).toBeGreaterThan(45);
});

test("an operation that the contract does not have is a mistake of the test", () => {
  expect(() => fake.fail("GET /books", "reset")).toThrow("GET /books");
  expect(() => new ApiFake({ contract, handlers: { "GET /books": () => ({ status: 200 }) } })).toThrow("GET /books");
});
