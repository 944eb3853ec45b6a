import { rollback as goBack, unpublish } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene, name } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("a published site at Fly.io", () => {
  const { fake, machines, sickRegions, write, run, status, list, request } = flyScene();
  const rollback = async (id?: string) => (await goBack(fly, request(), id, { report: () => {} })).release;

  test("has a status", async () => {
    expect(await status()).toBeNull();
    const { deployment, images } = await run({ region: ["iad", "lhr"] });
    const id = images?.[0]?.manifestDigest.slice(7, 19);
    expect(await status()).toMatchObject({
      name,
      site: "pets",
      url: deployment?.url,
      state: "running",
      releases: [{ id, current: true }],
      facts: { regions: "iad, lhr" },
    });
    for (const machine of machines()) machine.state = "stopped";
    expect(await status()).toMatchObject({ state: "sleeping" });
    machines()[0]!.state = "replacing";
    expect(await status()).toMatchObject({ state: "starting" });
    machines()[0]!.state = "failed";
    expect(await status()).toMatchObject({ state: "failed" });
    Object.assign(machines()[0]!, { state: "started", looks: 0 });
    expect(await status()).toMatchObject({ state: "starting" });
    expect(await status()).toMatchObject({ state: "running" });
    machines()[0]!.hostStatus = "unknown";
    expect(await status()).toMatchObject({ state: "failed", facts: { regions: "iad, lhr" } });
  });

  test("goes back to the release before, and forth", async () => {
    const publishAs = async (options = {}) => (await run(options)).images?.[0]?.manifestDigest ?? "";
    const first = await publishAs();
    await expect(rollback()).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await write("name,legs\nRex,4\nPolly,2\n");
    const second = await publishAs({ region: ["iad", "lhr"] });
    await expect(rollback("none")).rejects.toMatchObject({ code: "OPTION_INVALID" });
    expect(await rollback()).toMatchObject({ id: first.slice(7, 19), current: true });
    expect(machines().map(({ image }) => image.digest)).toEqual([first, first]);
    expect((await status())?.releases).toMatchObject([
      { id: first.slice(7, 19), current: true },
      { id: second.slice(7, 19), current: false },
    ]);
    expect(await rollback(second.slice(7, 19))).toMatchObject({ id: second.slice(7, 19) });
    expect(await rollback()).toMatchObject({ id: first.slice(7, 19) });
    await run();
    expect(machines().map(({ image }) => image.digest)).toEqual([second, second]);
  });

  test("that never got well is not finished, and can be removed", async () => {
    sickRegions.add("iad");
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect(await status()).toMatchObject({ state: "unfinished", releases: [] });
    expect(await status()).not.toHaveProperty("site");
    await unpublish(fly, request(), { report: () => {} });
    expect(fake().apps.size).toBe(0);
  });

  test("is listed, and removed with all it has", async () => {
    await run({ createVolume: 1 });
    await run({ app: "empty", region: ["mars"] }).catch(() => undefined);
    expect(await list()).toMatchObject([{ name }]);
    await unpublish(fly, request(), { report: () => {} });
    expect(fake().apps.size).toBe(0);
    expect(await list()).toEqual([]);
    await expect(unpublish(fly, request(), { report: () => {} })).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  });
});
