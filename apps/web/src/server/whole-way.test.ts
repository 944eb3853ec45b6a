import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { deskKey } from "./desk.test-support.ts";
import { openScene, type Scene } from "./scene.test-support.ts";

const cell = "canary-cell-of-rex";
const fromEnvironment = "canary-of-the-environment";
const csv = `id,name,mail\n01,${cell},rex@example.org\n02,Tom,tom@example.org\n`;

let scene: Scene;
const shown: string[] = [];
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => (shown.push(String(text)), true));
  scene = await openScene({ env: { HEROKU_API_KEY: fromEnvironment } });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await scene[Symbol.asyncDispose]();
});

it("goes from files to a site and to what is left of it, and says no secret and no value", async () => {
  const { call, run, drop } = scene;
  expect((await call("GET /api/start")).answer).toEqual({ version: "1.2.3", draft: null });
  const { id: draft } = (await call("POST /api/drafts", { body: {} })).answer;
  const params = { draft };
  await drop(draft, "pets.csv", csv);
  const prepared = await run("POST /api/drafts/:draft/prepare", { params });
  expect(prepared.job).toMatchObject({ kind: "prepare", state: "done" });
  expect(prepared.events).toMatch(/^event: progress\ndata: .*\nid: 1\n\n[^]*\nevent: end\ndata: .*"state":"done".*\n\n$/);
  const viewOf = async () => (await call("GET /api/drafts/:draft", { params })).answer;
  const { report, jobs } = await viewOf();
  expect(jobs).toMatchObject([{ kind: "prepare" }]);
  expect(report).toMatchObject({ tables: [{ name: "pets", rows: 2 }], findings: [{ column: "mail", kind: "email", decision: null }] });
  const rows = await call("GET /api/drafts/:draft/rows", { params, query: { database: "data", table: "pets", limit: "1" } });
  expect(rows.answer.rows).toEqual([["01", cell, "rex@example.org"]]);

  const places = await call("GET /api/places");
  expect(places.answer).toMatchObject([{ id: "desk", login: { account: null }, options: [{ name: "drawer" }] }]);
  const giveKey = (key: string) => call("PUT /api/places/:place/key", { params: { place: "desk" }, body: { key } });
  expect(await giveKey("canary-wrong-key")).toMatchObject({ status: 422, code: "CREDENTIALS_INVALID" });
  expect((await giveKey(deskKey)).answer).toMatchObject({ login: { account: "ada" } });
  await call("PUT /api/drafts/:draft/place", { params, body: { card: "desk", options: { drawer: "top" }, address: null } });

  const publish = (digest: string) => ({ params, body: { digest } });
  expect((await call("POST /api/drafts/:draft/publish", publish(report!.digest))).code).toBe("PRIVATE_DATA_FOUND");
  const decide = async (decision: string | null) => {
    const body = { database: null, table: "pets", column: "mail", kind: "email", decision };
    return (await call("PUT /api/drafts/:draft/decisions", { params, body })).answer;
  };
  expect(await decide("leave-out")).toMatchObject({
    state: "files",
    choices: { tables: { pets: { columns: { mail: { leaveOut: true } } } } },
  });
  expect((await decide(null)).decisions).toEqual([]);
  expect((await decide("public")).decisions).toMatchObject([{ column: "mail", decision: "public" }]);
  await run("POST /api/drafts/:draft/prepare", { params });
  expect((await call("POST /api/drafts/:draft/publish", publish("of something else"))).status).toBe(409);
  const published = await run("POST /api/drafts/:draft/publish", publish((await viewOf()).report!.digest));
  expect(published.job).toMatchObject({ state: "done", result: { deployment: { provider: "desk" } } });
  expect((await viewOf()).draft.state).toBe("live");

  const [view] = (await call("GET /api/sites")).answer;
  expect(view).toMatchObject({ isKept: true, draft: null, site: { versions: [{ id: published.job.id }] } });
  const { id: site } = view!.site;
  expect((await call("GET /api/sites/:site/status", { params: { site } })).answer).toEqual({ status: null, error: null });
  expect((await call("GET /api/sites/:site/logs", { params: { site } })).code).toBe("COMMAND_INVALID");
  const offered = (await call("POST /api/downloads", { body: { site } })).answer;
  const download = await scene.ask("GET", offered.url, { key: null, headers: { "sec-fetch-site": "same-origin" } });
  expect([download.status, download.headers["content-type"]]).toEqual([200, "application/zip"]);
  expect(download.text).toMatch(/^PK/);
  const update = (await call("POST /api/drafts", { body: { site } })).answer;
  expect(update).toMatchObject({ site, place: { card: "desk" } });
  expect((await call("GET /api/sites/:site", { params: { site } })).answer.draft).toBe(update.id);
  await drop(update.id, "broken.csv", `id,name\n1,${cell},one too many\n`);
  const failed = await run("POST /api/drafts/:draft/prepare", { params: { draft: update.id } });
  expect(failed.job).toMatchObject({ state: "failed", error: { code: "CSV_INVALID" } });

  const ofData = scene.answers.filter((text) => text.includes(cell));
  // The report and the rows, and what is wrong with the broken file, which shows its line.
  for (const text of ofData) expect(text).toMatch(/"report":\{|"rows":\[|"code":"CSV_INVALID"/);
  for (const secret of [deskKey, fromEnvironment, "canary-wrong-key", scene.dir, scene.key])
    for (const text of [...scene.answers, ...shown]) expect(text).not.toContain(secret);
  for (const events of [prepared.events, published.events, JSON.stringify(published.job)]) expect(events).not.toContain(cell);
  for (const text of shown) expect(text).not.toContain(cell);
  expect(filesWith(scene.dir, deskKey)).toEqual([expect.stringMatching(/tokens\.json$/)]);
  expect(filesWith(scene.dir, fromEnvironment)).toEqual([]);
  expect(filesWith(scene.dir, scene.key)).toEqual([]);

  const forgotten = await call("DELETE /api/places/:place/key", { params: { place: "desk" } });
  expect(forgotten.answer).toMatchObject({ login: { account: null } });
  expect((await call("DELETE /api/sites/:site", { params: { site } })).answer).toBeNull();
  expect((await call("GET /api/sites/:site", { params: { site } })).status).toBe(404);
  expect((await call("DELETE /api/drafts/:draft", { params: { draft: update.id } })).status).toBe(404);
});

it("stops a job, and answers when it has ended", async () => {
  const params = { draft: (await scene.call("POST /api/drafts", { body: {} })).answer.id };
  await scene.drop(params.draft, "a.csv", "a\n1\n");
  const started = await scene.call("POST /api/drafts/:draft/prepare", { params });
  expect(started.status).toBe(202);
  const again = await scene.call("POST /api/drafts/:draft/prepare", { params });
  expect([again.status, again.code]).toEqual([409, "JOB_RUNNING"]);
  const { answer } = await scene.call("DELETE /api/jobs/:job", { params: { job: started.answer.id } });
  expect(["cancelled", "done"]).toContain(answer.state);
  expect((await scene.call("DELETE /api/drafts/:draft", { params })).answer).toBeNull();
});

it("is closed while a publish changes a host, which goes on, and is there when it is opened again", async () => {
  const gate = join(scene.dir, "gate");
  await using before = await openScene({ env: { DESK_GATE: gate, DESK_KEY: deskKey } });
  const params = { draft: (await before.call("POST /api/drafts", { body: {} })).answer.id };
  await before.drop(params.draft, "a.csv", "a\n1\n");
  await before.run("POST /api/drafts/:draft/prepare", { params });
  await before.call("PUT /api/drafts/:draft/place", { params, body: { card: "desk", options: {}, address: null } });
  const { digest } = (await before.call("GET /api/drafts/:draft", { params })).answer.report!;
  const job = (await before.call("POST /api/drafts/:draft/publish", { params, body: { digest } })).answer.id;
  const events = await fetch(`${before.web.origin}/api/jobs/${job}/events`, { headers: { authorization: `Bearer ${before.key}` } });
  let seen = "";
  for await (const text of events.body!.pipeThrough(new TextDecoderStream())) if ((seen += text).includes('"id":"desk.create"')) break;
  expect(await before.web.close()).toBe(1);
  await using after = await openScene({ dir: join(before.dir, "bench") });
  const jobNow = async () => (await after.call("GET /api/jobs/:job", { params: { job } })).answer;
  expect(await jobNow()).toMatchObject({ state: "running" });
  writeFileSync(gate, "");
  await vi.waitFor(async () => expect(await jobNow()).toMatchObject({ state: "done" }), { timeout: 60_000, interval: 100 });
  expect((await after.call("GET /api/sites")).answer).toMatchObject([{ site: { versions: [{ id: job }] } }]);
});

it("begins with the files that it was given, and a second one beside it sees the same", async () => {
  const path = join(scene.dir, "given.csv");
  writeFileSync(path, "a\n1\n");
  await using other = await openScene({ paths: [path], dir: join(scene.dir, "bench") });
  const { draft } = (await other.call("GET /api/start")).answer;
  expect(new URL(other.web.url).pathname).toBe(`/drafts/${draft}/files`);
  expect(other.web.origin).not.toBe(scene.web.origin);
  const { answer } = await scene.call("GET /api/drafts/:draft", { params: { draft: draft! } });
  expect(answer.draft.files).toMatchObject([{ name: "given.csv", finding: { state: "arrived" } }]);
  const taken = openScene({ port: Number(new URL(scene.web.origin).port) });
  await expect(taken).rejects.toMatchObject({ code: "PORT_TAKEN" });
});

/** Paths of the files below a folder that have a text in them. */
function filesWith(dir: string, text: string): readonly string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => existsSync(path));
  return paths.filter((path) => readFileSync(path).includes(text));
}
