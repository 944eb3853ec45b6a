import { randomBytes } from "node:crypto";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, it } from "vitest";
import { printed, printedSite } from "./printed-line.test-support.ts";

const rows = 80_000;

/** Sorts 3 GB, in next to no time. */
const large = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
  select length(x) from (select zeroblob(1000000) as x from n order by random()) limit 1`;
const sql = (query: string) => `sql=${encodeURIComponent(query)}`;

const pages = [
  "data/hex",
  "data/hex?_sort=name",
  "data/hex?_facet=city",
  `data.json?${sql("select city, count(*) from hex group by city limit 5")}`,
  `data.json?${sql("select a.* from hex a, (select 1 union select 2) order by a.name desc, a.city limit 5")}`,
];
const tooLarge = [
  `data.json?${sql(large)}`,
  `data?${sql(large)}`,
  ...["", ".json", ".csv"].map((format) => `data/hex${format}?_where=id+in+(${encodeURIComponent(large)})`),
];

function manyRows(): string {
  const records = Array.from({ length: rows }, (_, i) => `${i},${randomBytes(16).toString("hex")},${randomBytes(8).toString("hex")}\n`);
  return `id,name,city\n${records.join("")}`;
}

describe.skipIf(!realPart("docker"))("an image's temporary files", () => {
  // The end of the space comes first, however slow the machine.
  const { serve } = printedSite(`docker-temporary-${process.pid}`, manyRows, { settings: { sql_time_limit_ms: "20000" } });

  it.each([
    ["the printed line", printed],
    ["--read-only alone", ["--read-only"]],
    ["--read-only, and no shared memory", ["--read-only", "--ipc=none"]],
  ])("are enough to show, sort and group a large table, with %s", async (_, options) => {
    await serve(options, async (get) => {
      for (const page of pages) expect(await get(page), page).toMatchObject({ status: 200 });
    });
  });

  it.each([
    ["the printed line allows", printed],
    ["/dev/shm has", ["--read-only"]],
    ["256 MB of memory allow, with a larger /tmp", ["--read-only", "--tmpfs", "/tmp", "--memory", "256m"]],
    ["256 MB of memory allow, with /dev/shm", ["--read-only", "--memory", "256m"]],
    ["256 MB of memory allow, without a folder", ["--read-only", "--ipc=none", "--memory", "256m"]],
    ["128 MB of memory allow", ["--read-only", "--memory", "128m"]],
  ])("are refused to a query that needs more than %s, and the site serves on", async (_, options) => {
    await serve(options, async (get) => {
      for (const page of tooLarge)
        expect(await get(page), page).toMatchObject({ status: 400, text: expect.stringContaining("more temporary space") as string });
      const [hex, ...others] = await Promise.all([get("data/hex"), ...tooLarge.flatMap((page) => [get(page), get(page)])]);
      expect(others.map(({ status }) => status)).toEqual(others.map(() => 400));
      expect(hex).toMatchObject({ status: 200 });
      for (const page of pages) expect(await get(page), page).toMatchObject({ status: 200 });
    });
  });
});
