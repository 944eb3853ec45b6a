import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { toRemedies } from "../errors/remedies.ts";
import type { Clock } from "../run/clock.ts";
import type { PublishEvent } from "../events/events.ts";
import type { HostContext } from "../provider/context.ts";
import type { Serve } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import { contextWith } from "./fixtures.ts";
import { confirmHealth, type HealthCheck } from "./health.ts";

const pauses: number[] = [];
/** Nobody waits, and others have their turn. */
const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => (pauses.push(ms), setImmediate(undefined, signal && { signal })),
};

const events: PublishEvent[] = [];
beforeEach(() => {
  pauses.splice(0);
  events.splice(0);
});
const steps = () => events.flatMap((event) => (event.type === "step.started" ? [event.id] : []));

const table = (name: string, rows: number, more: object = {}) => ({ name, rows, source: null, columns: [], ...more });
const databases = [{ name: "my data", tables: [table("pets", 2), table("a/b", 3), table("map", 0, { uncounted: true })] }];
const siteOf = (line: Serve["line"]) => ({ name: "pets", dataset: { databases }, serve: { line } }) as unknown as Site;
const site = siteOf("0.65");
const base = "https://pets.example.org/site/";

/** A site that answers `rows` for each path below its base; a number above 399 in place of an object is a status. */
function serving(paths: Record<string, object | number>): { fetch: HostContext["fetch"]; asked: string[] } {
  const asked: string[] = [];
  const fetch: HostContext["fetch"] = (url) => {
    const path = String(url instanceof Request ? url.url : url).slice(base.length);
    asked.push(path);
    const answer = paths[path] ?? 404;
    return Promise.resolve(typeof answer === "number" ? new Response("", { status: answer }) : Response.json(answer));
  };
  return { fetch, asked };
}

const healthy = {
  "-/versions.json": {},
  "my+data/pets.json?_size=0&_nofacet=1&_nosuggest=1": { filtered_table_rows_count: 2 },
  "my+data/a~2Fb.json?_size=0&_nofacet=1&_nosuggest=1": { filtered_table_rows_count: 3 },
};
const confirm = (
  fetch: HostContext["fetch"],
  waits: Partial<Pick<HealthCheck, "ready" | "gone" | "site">> = {},
  timeoutMs = 0,
  signal?: AbortSignal,
) => {
  const host = contextWith({ report: (event) => events.push(event), fetch, timeoutMs, clock, ...(signal && { signal }) });
  return confirmHealth({ url: base, site, remedies: toRemedies("Look at it."), ...waits }, host);
};

describe("confirmHealth", () => {
  it("asks for every counted table below the site's address", async () => {
    const { fetch, asked } = serving(healthy);
    await confirm(fetch);
    expect(asked).toEqual(Object.keys(healthy));
    expect(steps()).toEqual(["confirm"]);
  });

  it("asks Datasette 1.0 for counts, which go as far as its limit", async () => {
    const query = "?_size=0&_nofacet=1&_nosuggest=1&_extra=count,columns,primary_keys";
    const answers = (count: number, count_truncated: boolean) => ({
      ...healthy,
      [`my+data/pets.json${query}`]: { count: 2, count_truncated: false },
      [`my+data/a~2Fb.json${query}`]: { count, count_truncated },
    });
    for (const right of [answers(3, false), answers(2, true)]) await confirm(serving(right).fetch, { site: siteOf("1.0") });
    const wrong = confirm(serving(answers(4, true)).fetch, { site: siteOf("1.0") });
    await expect(wrong).rejects.toMatchObject({ facts: { problem: "table a/b has 4 rows, not 3" } });
  });

  it.each([
    ["a table behind a login", { "my+data/pets.json?_size=0&_nofacet=1&_nosuggest=1": 403 }],
    ["a site behind a login", Object.fromEntries(Object.keys(healthy).map((path) => [path, 403]))],
    ["a table without a count", { "my+data/pets.json?_size=0&_nofacet=1&_nosuggest=1": { filtered_table_rows_count: null } }],
  ])("takes %s as it is", async (_what, paths) => {
    await expect(confirm(serving({ ...healthy, ...paths }).fetch)).resolves.toBeUndefined();
  });

  it("waits for a site that comes up", async () => {
    let calls = 0;
    const { fetch } = serving(healthy);
    await confirm((...call) => (++calls < 4 ? Promise.reject(new Error("not yet")) : fetch(...call)), {}, 60_000);
    expect(pauses).toEqual([100, 150, 225]);
  });

  it.each([
    [
      "other rows",
      { "my+data/pets.json?_size=0&_nofacet=1&_nosuggest=1": { filtered_table_rows_count: 1 } },
      "table pets has 1 rows, not 2",
    ],
    ["a failing table", { "my+data/a~2Fb.json?_size=0&_nofacet=1&_nosuggest=1": 500 }, "table a/b answers 500"],
    ["no site", { "-/versions.json": 502 }, "/-/versions.json answers 502"],
  ])("says what is wrong when there are %s", async (_what, paths, problem) => {
    await expect(confirm(serving({ ...healthy, ...paths }).fetch)).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      message: `The site does not serve what was published: ${problem}.`,
      facts: { url: base, problem, restored: null },
    });
    expect(steps()).toEqual(["confirm"]);
  });

  it("looks at the site only when what answers is what was published", async () => {
    const { fetch, asked } = serving(healthy);
    await confirm(fetch, { ready: () => Promise.resolve(asked.length === 0 ? null : "too late") });
    await expect(confirm(fetch, { ready: () => Promise.resolve("no dyno is up") })).rejects.toMatchObject({
      facts: { problem: "no dyno is up", restored: null },
    });
    expect(asked).toEqual(Object.keys(healthy));
  });

  it("stops waiting when the provider says why it is of no use", async () => {
    const gone = vi.fn<NonNullable<HealthCheck["gone"]>>().mockResolvedValueOnce(null).mockResolvedValue("the machine stopped");
    await expect(confirm(serving({}).fetch, { gone }, 60_000)).rejects.toMatchObject({ facts: { problem: "the machine stopped" } });
  });

  it("ends when the user cancels", async () => {
    const stop = new AbortController();
    const fetch: HostContext["fetch"] = () => (stop.abort(), Promise.reject(new Error("aborted")));
    await expect(confirm(fetch, {}, 60_000, stop.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(events.at(-1)).toMatchObject({ id: "confirm", outcome: "cancelled" });
  });
});
