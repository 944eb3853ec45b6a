import { execFileSync } from "node:child_process";
import { lines } from "@datasette-publish/runtime";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, it, vi } from "vitest";
import { printed, printedSite } from "./printed-line.test-support.ts";

const series = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)";
const largeValues = [
  "select printf('%.*c', 300000000, 'x')",
  "select zeroblob(300000000)",
  "select hex(randomblob(100000000))",
  "select replace(hex(zeroblob(10000000)), '0', 'xxxxxxxxxxxxxxxxx')",
  `${series} select group_concat(hex(zeroblob(500000))) from n`,
];
const largeAnswers = [
  `${series} select hex(zeroblob(500000)) from n`,
  `${series} select zeroblob(1000000) from n`,
  `${series} select ${Array(1000).fill("i").join(", ")} from n`,
];
const words = (name: string) => expect.stringContaining(`DATASETTE_MAX_${name}_MB raises that`) as string;

/** What takes far more memory as an answer than as rows, each in its own way: all are within the caps of 256 MB. */
const growing = [
  ["data.json", "select '[' || replace(hex(zeroblob(2600000)), '00', '[],') || '[]]' as a", "&_json=a"],
  ["data", `${series} select ${Array(300).fill("x'00'").join(", ")} from n`],
  ["data", `${series} select ${Array(20).fill("x'00'").join(", ")} from n /* ${"x".repeat(50_000)} */`],
  ["data.json", `${series} select replace(hex(zeroblob(2600000)), '00', char(1)) from n limit 2`],
  ["data.json", `${series} select zeroblob(15000000) from n limit 2`],
  ["data.json", `${series} select ${Array.from({ length: 300 }, (_, i) => `'' as a${i}`).join(", ")} from n`, "&_shape=objects"],
  ["data.csv", `${series} select hex(zeroblob(7000000)) from n limit 2`],
] as const;
const ask = (path: string, query: string, more = "") => `${path}?sql=${encodeURIComponent(query)}${more}`;
const text = (length: number) => ask("data.csv", `select hex(zeroblob(${length / 2})) as a`);

describe.skipIf(!realPart("docker")).each(lines)("a container with Datasette %s that anybody may ask", (line) => {
  // The limits come before the time does, however slow the machine.
  const site = { settings: { sql_time_limit_ms: "20000" }, line };
  const { serve } = printedSite(`docker-limits-${line.replace(".", "-")}-${process.pid}`, () => "id,name\n1,a\n2,b\n", site);
  // A page of 1.0 shows the error of its SQL with status 200.
  const refused = (path: string, name: string) => ({ status: path === "data" && line === "1.0" ? 200 : 400, text: words(name) });
  const small = ["--read-only", "--memory", "256m"];

  it.each([
    ["256 MB of memory", small],
    ["all of the machine's memory", ["--read-only"]],
  ])("refuses values and answers that are too large, in every format, with %s", async (_, options) => {
    await serve(options, async (get) => {
      for (const path of ["data", "data.json", "data.csv"]) {
        for (const query of largeValues) expect(await get(ask(path, query)), query).toMatchObject(refused(path, "VALUE"));
        for (const query of largeAnswers) expect(await get(ask(path, query)), query).toMatchObject(refused(path, "ANSWER"));
      }
    });
  });

  it("serves on with 256 MB whatever answers would take, one at a time and all at once", async () => {
    await serve(small, async (get) => {
      const attempt = ([path, query, more]: (typeof growing)[number]) => get(ask(path, query, more)).catch(() => ({ status: 0 }));
      for (const each of growing) expect([200, 400, 503], each[1].slice(0, 200)).toContain((await attempt(each)).status);
      expect(await get("data/hex.json")).toMatchObject({ status: 200 });
      await Promise.all([...growing, ...growing].map(attempt));
      for (const page of ["", "data", "data/hex", "data/hex.json?_facet=name", "data/hex.csv"])
        expect(await get(page), page).toMatchObject({ status: 200 });
    });
  });

  it("takes other limits from its environment", async () => {
    await serve([...printed, "--env", "DATASETTE_MAX_VALUE_MB=50"], async (get) => {
      expect(await get(text(40_000_000))).toMatchObject({ status: 200 });
      expect(await get(text(60_000_000))).toMatchObject({ status: 400, text: words("VALUE") });
    });
    await serve([...printed, "--env", "DATASETTE_MAX_VALUE_MB=0.1", "--env", "DATASETTE_MAX_ANSWER_MB=0"], async (get) => {
      expect(await get(text(50_000))).toMatchObject({ status: 200 });
      expect(await get(text(200_000))).toMatchObject({ status: 400, text: words("VALUE") });
    });
  });

  it("is healthy once it answers, and its checks are not in its log", async () => {
    await serve([...printed, "--health-interval", "1s"], async (_, container) => {
      const status = () => execFileSync("docker", ["inspect", "--format", "{{.State.Health.Status}}", container], { encoding: "utf8" });
      await vi.waitUntil(() => status().trim() === "healthy", { timeout: 30_000, interval: 200 });
      expect(execFileSync("docker", ["logs", container], { encoding: "utf8", stdio: "pipe" })).not.toContain("healthcheck");
      expect(execFileSync("docker", ["ps", "--filter", `name=${container}`], { encoding: "utf8" })).toContain("(healthy)");
    });
  });
});
