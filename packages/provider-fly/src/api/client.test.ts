import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileCredentials, manage, openProject, type HostContext } from "@datasette-publish/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../options.ts";
import { fly } from "../provider.ts";
import { guestOf, sizes } from "./place.ts";
import { authorization, bareToken } from "./token.ts";

const project = openProject([import.meta.dirname], { name: "pets" });
const { login: _login, ...withoutLogin } = fly;
const guest = (vmSize: string, memory?: number) =>
  manage(withoutLogin, { project, options: { vmSize, memory }, env: {} }, { report: () => {} }, (host) =>
    Promise.resolve(guestOf(host as HostContext<Options>)),
  );

describe("tokens", () => {
  test.each([
    ["abc", "Bearer abc", "abc"],
    [" Bearer abc ", "Bearer abc", "abc"],
    ["fo1_abc", "Bearer fo1_abc", "fo1_abc"],
    ["fm1r_a", "FlyV1 fm1r_a", "fm1r_a"],
    ["fm1a_a", "FlyV1 fm1a_a", "fm1a_a"],
    ["fm2_a,fm2_b", "FlyV1 fm2_a,fm2_b", "fm2_a,fm2_b"],
    ["FlyV1 fm2_a, fo1_b,fm1r_c", "FlyV1 fm2_a,fm1r_c", "fm2_a,fm1r_c"],
    ["FlyV1 FlyV1 fm2_a", "FlyV1 fm2_a", "fm2_a"],
    ["Bearer fm2_a", "FlyV1 fm2_a", "fm2_a"],
  ])("%j is sent as %j", (token, header, bare) => {
    expect(authorization(token)).toBe(header);
    expect(bareToken(token)).toBe(bare);
  });
});

describe("flyctl's configuration", () => {
  let dir: string;
  const find = (env: Record<string, string>) => fileCredentials({ HOME: join(dir, "none"), ...env }).token(fly);
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "fly-config-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each([
    ["access_token: fm2_a,fo1_b\nlast_login: 2026-01-01\n", "fm2_a,fo1_b"],
    ['send_metrics: true\r\naccess_token: "FlyV1 fm2_a"\r\n', "FlyV1 fm2_a"],
    ["access_token: 'abc'", "abc"],
    ['access_token: ""\n', null],
    ["access_token:\nlast_login: x\n", null],
    ["# access_token: abc\n", null],
  ])("%j", async (text, token) => {
    const from = join(dir, "config.yml");
    await writeFile(from, text);
    expect(await find({ FLY_CONFIG_DIR: dir })).toEqual(token === null ? null : { token, from });
  });

  test("is not there", async () => {
    expect(await find({ FLY_CONFIG_DIR: join(dir, "none") })).toBeNull();
    expect(await find({})).toBeNull();
  });
});

describe("sizes of machines", () => {
  test("each is a machine", async () => {
    for (const size of sizes) expect((await guest(size)).cpus).toBeGreaterThan(0);
    expect(await guest("shared-cpu-4x")).toEqual({ cpu_kind: "shared", cpus: 4, memory_mb: 1024 });
    expect(await guest("performance-16x")).toEqual({ cpu_kind: "performance", cpus: 16, memory_mb: 32_768 });
  });

  test.each([
    ["shared-cpu-1x", 2048, true],
    ["shared-cpu-1x", 2304, false],
    ["shared-cpu-2x", 256, false],
    ["shared-cpu-1x", 300, false],
    ["performance-1x", 8192, true],
    ["performance-1x", 3072, true],
    ["performance-1x", 2304, false],
    ["performance-1x", 1024, false],
  ])("%s with %i MB: %s", async (size, memory, isMade) => {
    if (isMade) expect(await guest(size, memory)).toMatchObject({ memory_mb: memory });
    else await expect(guest(size, memory)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "memory" } });
  });
});
