import { beforeEach, expect, it } from "vitest";
import { listedClock } from "../run/clock.test-support.ts";
import { newSession } from "../run/session.ts";
import { hostApi, type ApiDescription, type Caller } from "./api.ts";
import type { HttpAnswer, HttpRequest, Send } from "./message.ts";

const clock = listedClock();
beforeEach(() => void clock.pauses.splice(0));

interface Operations {
  "GET /apps/{app}": { request: undefined; response: { name: string } };
  "PATCH /apps/{app}": { request: { name: string }; response: { name: string } };
  "POST /apps": { request: { name: string }; response: { name: string } };
  "DELETE /apps/{app}": { request: undefined; response: undefined };
}

const caller: Caller = {
  provider: "shelf",
  title: "Shelf",
  token: "t",
  env: {},
  options: {},
  fetch: globalThis.fetch,
  clock,
  session: newSession(),
  name: "own",
};

function open(answers: Partial<HttpAnswer>[] = [{}], changes: Partial<ApiDescription> = {}) {
  const sent: HttpRequest[] = [];
  const send: Send = (request) => {
    sent.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: undefined, ...answers[Math.min(sent.length, answers.length) - 1] });
  };
  const connect = hostApi<Operations>({
    base: () => "https://api.example.org/v1/",
    headers: ({ token }) => ({ authorization: `Bearer ${token}` }),
    parameters: ({ name = "" }) => ({ app: name, more: 1 }),
    send: () => send,
    ...changes,
  });
  return { connect, api: connect(caller), sent };
}

it("fills in the path, puts what is left into the query, and sends JSON", async () => {
  const { api, sent } = open([{ body: { name: "pets" } }]);
  const body = await api("PATCH /apps/{app}", { app: "a/b ü", force: true, page: 2 }, { body: { name: "pets" }, headers: { range: "id" } });
  expect(body.name).toBe("pets");
  expect(sent[0]?.url.href).toBe("https://api.example.org/v1/apps/a%2Fb%20%C3%BC?force=true&page=2");
  expect(sent[0]).toMatchObject({
    method: "PATCH",
    body: '{"name":"pets"}',
    headers: { accept: "application/json", "content-type": "application/json", authorization: "Bearer t", range: "id" },
  });
});

it("takes the site's own app when none is named, and the caller's headers", async () => {
  const { connect, sent } = open();
  await connect(caller, { nonce: "n" })("GET /apps/{app}");
  expect(sent[0]?.url.href).toBe("https://api.example.org/v1/apps/own");
  expect(sent[0]?.headers).toMatchObject({ authorization: "Bearer t", nonce: "n" });
});

const explain: ApiDescription["explain"] = ({ operation, id, detail, body }, { name }) =>
  id === "taken" ? ["NAME_TAKEN", `${operation}: ${name} is ${detail} in ${JSON.stringify(body)}.`, "Give another."] : undefined;

it("says what an answer means where the API knows it", async () => {
  const answers = [{ status: 422, body: { id: "taken", message: "gone" } }, { status: 401 }];
  const { api } = open(answers, { explain });
  await expect(api("POST /apps", {}, { body: { name: "x" } })).rejects.toMatchObject({
    code: "NAME_TAKEN",
    message: 'POST /apps: own is gone in {"name":"x"}.',
    facts: { status: 422, name: "own" },
    cause: { code: "HOST_REFUSED" },
  });
  await expect(api("POST /apps", {}, { body: { name: "x" } })).rejects.toMatchObject({ code: "CREDENTIALS_INVALID" });
});

const logIn = (provider: string) => expect.arrayContaining([{ action: "log-in", provider }]) as unknown;

it("calls the host, and whom to log in to, as the caller does", async () => {
  const { connect } = open([{ status: 401 }]);
  const call = (as: Partial<Caller>) => connect({ ...caller, ...as })("GET /apps/{app}");
  await expect(call({})).rejects.toMatchObject({ message: expect.stringMatching(/^Shelf /) as string, remedies: logIn("shelf") });
  const other = { title: "The rack", provider: "rack" };
  await expect(call(other)).rejects.toMatchObject({ message: expect.stringMatching(/^The rack /) as string, remedies: logIn("rack") });
});

it.each([
  ['{"name":"pets"}', { name: "pets" }],
  ["", undefined],
])("gives a transport of the API's own what reads an answer: %j", async (text, body) => {
  const send: ApiDescription["send"] = (_caller, read) => async () => ({
    status: 200,
    headers: {},
    body: await read(new Blob([text]).stream(), 200),
  });
  expect(await open([], { send }).api("GET /apps/{app}")).toEqual(body);
});

it.each(["<html>", '{"name":'])("refuses an answer that is no JSON: %s", async (body) => {
  const { api } = open([{ body }]);
  await expect(api("GET /apps/{app}", { app: "pets" })).rejects.toMatchObject({
    code: "HOST_REFUSED",
    facts: { status: 200, detail: body },
  });
  await expect(api("DELETE /apps/{app}", { app: "pets" })).rejects.toMatchObject({ code: "HOST_REFUSED" });
});

it("takes a word for the answer to a change, and for nothing else", async () => {
  const { api } = open([{ body: "OK" }]);
  expect(await api("DELETE /apps/{app}", { app: "pets" })).toBe("OK");
  await expect(api("GET /apps/{app}", { app: "pets" })).rejects.toMatchObject({ code: "HOST_REFUSED" });
});

const secret = `secret-${"y".repeat(60)}`;
const redact = (text: string) => text.replaceAll(secret, "[secret]");

it("hides a secret that stands where what the host says is cut", async () => {
  const { connect } = open([{ status: 422, body: { message: `${"x".repeat(280)} ${secret}` } }]);
  const detail = `${"x".repeat(280)} [secret]`;
  await expect(connect({ ...caller, redact })("GET /apps/{app}")).rejects.toMatchObject({ facts: { detail } });
});

it("gives null for an allowed status", async () => {
  const { api } = open([{ status: 404 }]);
  expect(await api("GET /apps/{app}", { app: "pets" }, { allow: [404] })).toBeNull();
  await expect(api("GET /apps/{app}", { app: "pets" })).rejects.toMatchObject({ code: "HOST_REFUSED" });
});

it.each([
  ["GET /apps/{app}", undefined, 2],
  ["DELETE /apps/{app}", undefined, 2],
  ["POST /apps", undefined, 1],
  ["PATCH /apps/{app}", undefined, 1],
  ["PATCH /apps/{app}", true, 2],
  ["GET /apps/{app}", false, 1],
] as const)("%s (idempotent: %s) is sent %i times when the host fails once", async (operation, idempotent, times) => {
  const { api, sent } = open([{ status: 500 }, {}]);
  await api(operation, { app: "pets" }, idempotent === undefined ? {} : { idempotent }).catch(() => {});
  expect(sent).toHaveLength(times);
});

it("keeps to a host's pace, for each kind of call and each token by itself", async () => {
  const { api, connect } = open([{}], {
    pace: (operation, path) => (operation.startsWith("GET") ? undefined : { key: path, perSecond: 2, burst: 2 }),
  });
  for (let i = 0; i < 4; i++) await connect(caller)("DELETE /apps/{app}", { app: "one" });
  for (let i = 0; i < 2; i++) await connect({ ...caller, token: "other" })("DELETE /apps/{app}", { app: "one" });
  await api("DELETE /apps/{app}", { app: "two" });
  for (let i = 0; i < 9; i++) await api("GET /apps/{app}", { app: "one" });
  expect(clock.pauses.map((ms) => Math.round(ms / 100))).toEqual([5, 5]);
});

it.each(["http://api.example.org", "ftp://localhost", "api.example.org", "http://me:pw-canary@api.example.org"])(
  "sends no token to %s",
  (base) => {
    expect(() => open([{}], { base: () => base })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    expect(() => open([{}], { base: () => base })).toThrow("your token to Shelf");
    expect(() => open([{}], { base: () => base })).not.toThrow(/canary/);
  },
);

it.each(["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://_api.internal:4280"])("trusts %s", async (base) => {
  const { api, sent } = open([{}], { base: () => base });
  await api("GET /apps/{app}", { app: "pets" });
  expect(sent).toHaveLength(1);
});
