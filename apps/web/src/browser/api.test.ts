import { afterEach, expect, test, vi } from "vitest";
import { addressOf, call, parseAnswer, problemOf, Refused } from "./api.ts";

const stubPage = (fetched: (address: string, init: RequestInit) => Response | Promise<Response>) => {
  const fetchStub = vi.fn<(address: string, init: RequestInit) => Promise<Response>>(async (address, init) => fetched(address, init));
  vi.stubGlobal("fetch", fetchStub);
  vi.stubGlobal("sessionStorage", { getItem: () => "secret" });
  return fetchStub;
};
afterEach(() => void vi.unstubAllGlobals());

test("values in a path and a query are encoded", () => {
  expect(addressOf("/api/drafts/:draft/files/:file", { draft: "d1", file: "a/b ?#%.csv" })).toBe(
    "/api/drafts/d1/files/a%2Fb%20%3F%23%25.csv",
  );
  expect(addressOf("/api/drafts/:draft/rows", { draft: "d" }, { table: "a&b", limit: "5" })).toBe("/api/drafts/d/rows?table=a%26b&limit=5");
});

test("a call sends its body and the key, and gives what was answered", async () => {
  const fetched = stubPage(() => Response.json({ id: "d1" }));
  expect(await call("PUT /api/drafts/:draft/about", { params: { draft: "d1" }, body: { title: "Pets" } })).toEqual({ id: "d1" });
  const [address, init] = fetched.mock.calls[0] ?? [];
  expect(address).toBe("/api/drafts/d1/about");
  expect(init).toMatchObject({ method: "PUT", body: '{"title":"Pets"}', headers: { authorization: "Bearer secret" } });
});

test("a refusal is thrown with what the server said", async () => {
  const error = { code: "JOB_RUNNING", message: "Wait.", remedies: [], facts: {} };
  stubPage(() => Response.json({ error }, { status: 409 }));
  const refused = await call("GET /api/sites", {}).catch((one: unknown) => one);
  expect(refused).toBeInstanceOf(Refused);
  expect(problemOf(refused)).toEqual(error);
});

test("a server that is gone, or does not know the page, is told apart", async () => {
  stubPage(() => Promise.reject(new TypeError("failed to fetch")));
  await expect(call("GET /api/sites", {})).rejects.toMatchObject({ problem: { code: "OFFLINE" } });
  stubPage(() => new Response("no", { status: 401 }));
  await expect(call("GET /api/sites", {})).rejects.toMatchObject({ problem: { code: "KEY_WRONG" } });
  stubPage(() => new Response("<html>", { status: 200 }));
  await expect(call("GET /api/sites", {})).rejects.toMatchObject({ problem: { code: "ANSWER_INVALID" } });
});

test("an aborted call throws what its signal says", async () => {
  const stop = new AbortController();
  stop.abort(new DOMException("", "AbortError"));
  stubPage((_, { signal }) => Promise.reject(signal?.reason as Error));
  await expect(call("GET /api/sites", { signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
});

test("no content is null", () => {
  expect(parseAnswer(204, "")).toBeNull();
  expect(parseAnswer(200, "null")).toBeNull();
  expect(() => parseAnswer(404, "{}")).toThrow(Refused);
});
