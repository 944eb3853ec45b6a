import type { PublishResult } from "@datasette-publish/core";
import type { FlyFake } from "@datasette-publish/fake-hosts";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { flyScene, name } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("databases that can be written to", () => {
  const { fake, app, machines, starts, write, run, changes } = flyScene();
  const volumes = () => [...app().volumes.values()];

  test("are on a volume, which stays", async () => {
    const options = { createVolume: 2, createDb: ["notes", "log.db"] };
    expect((await run(options, { dryRun: true })).plan).toContainEqual({ verb: "create", target: "volume in iad" });
    const first = await configOf(fake(), await run(options));
    expect(first).toMatchObject({ User: "0:0" });
    expect(first.Entrypoint.slice(-3)).toEqual(["/volume/notes.db", "/volume/log.db", "--create"]);
    expect(volumes()).toMatchObject([{ name: "datasette", region: "iad", sizeGb: 2, machineId: machines()[0]?.id }]);
    expect(volumes()[0]?.compute).toEqual({ cpu_kind: "shared", cpus: 1, memory_mb: 256 });
    expect(starts[0]).toMatchObject({ env: { DATASETTE_VOLUME: "/volume" }, volumes: [{ name: volumes()[0]?.id, path: "/volume" }] });
    await write("name,legs\nRex,4\nPolly,2\n");
    const from = fake().api.requests.length;
    const second = await configOf(fake(), await run());
    expect(changes(from)).toEqual(["POST /apps/{app_name}/machines/{machine_id}"]);
    expect(second).toMatchObject({ User: "65532:65532" });
    expect(starts[1]).toMatchObject({ env: { DATASETTE_VOLUME: "/volume" }, volumes: [{ name: volumes()[0]?.id, path: "/volume" }] });
  });

  test("come later: another machine replaces the one without a volume", async () => {
    await run();
    const before = machines()[0]?.id;
    const from = fake().api.requests.length;
    await run({ createVolume: 1 });
    expect(changes(from)).toEqual([
      "POST /apps/{app_name}/volumes",
      "POST /apps/{app_name}/machines",
      "DELETE /apps/{app_name}/machines/{machine_id}",
    ]);
    expect(machines()).toMatchObject([{ region: "iad" }]);
    expect(machines()[0]?.id).not.toBe(before);
  });

  test("are in one region alone", async () => {
    const refused = { code: "OPTION_INVALID", facts: { option: "region" } };
    await expect(run({ createVolume: 1, region: ["iad", "lhr"] })).rejects.toMatchObject(refused);
    await run({ createVolume: 1, region: ["lhr"] });
    await expect(run({ region: ["iad"] })).rejects.toMatchObject(refused);
    await expect(run({ region: ["lhr", "iad"] })).rejects.toMatchObject(refused);
    await run();
    expect(machines().map(({ region }) => region)).toEqual(["lhr"]);
  });

  test("are looked for where their volume is, also without a machine", async () => {
    await run({ createVolume: 1, region: ["lhr"] });
    const { machines: all } = app();
    for (const id of all.keys()) all.delete(id);
    for (const volume of volumes()) volume.machineId = null;
    await run();
    expect(machines().map(({ region }) => region)).toEqual(["lhr"]);
    expect(volumes()).toHaveLength(1);
  });

  test.each(["scheduling_destroy", "fork_cleanup", "waiting_for_detach", "pending_destroy", "destroying", "destroyed"])(
    "are not looked for on a volume that is %s",
    async (state) => {
      await run({ createVolume: 1 });
      const [first] = volumes();
      first!.state = state;
      await run({ createVolume: 1 });
      expect(volumes()).toMatchObject([{ id: first?.id }, { state: "created", machineId: machines()[0]?.id }]);
    },
  );

  test("wait for their machine while its host is out of reach", async () => {
    await run({ createVolume: 1 });
    machines()[0]!.hostStatus = "unreachable";
    const from = fake().api.requests.length;
    await expect(run()).rejects.toMatchObject({ code: "HOST_BUSY", facts: { machine: machines()[0]?.id, status: "unreachable" } });
    expect(changes(from)).toEqual([]);
  });

  test("keep their machine when no volume has the name that was given", async () => {
    await run({ createVolume: 1, volumeName: "notes" });
    const from = fake().api.requests.length;
    const refused = { code: "OPTION_INVALID", facts: { option: "volumeName" } };
    await expect(run({ volumeName: "noets" })).rejects.toMatchObject(refused);
    await expect(run({ createVolume: 1 })).rejects.toMatchObject(refused);
    await expect(run()).rejects.toMatchObject(refused);
    expect(changes(from)).toEqual([]);
    await run({ volumeName: "notes" });
    expect(machines()).toMatchObject([{ config: { mounts: [{ volume: volumes()[0]?.id }] } }]);
  });

  test("are not looked for on one of two volumes of the same name", async () => {
    await run({ createVolume: 1 });
    const [first] = volumes();
    app().volumes.set("vol_second", { ...first!, id: "vol_second", machineId: null });
    const from = fake().api.requests.length;
    const facts = { volumes: `${first?.id}, vol_second` };
    await expect(run({ createVolume: 1 })).rejects.toMatchObject({ code: "APP_UNSUITABLE", facts });
    expect(changes(from)).toEqual([]);
  });

  test.each([
    ["createDb", { createDb: ["notes"] }],
    ["createVolume", { createVolume: 0 }],
    ["memory", { memory: 128 }],
    ["memory", { memory: 4096 }],
    ["memory", { vmSize: "performance-1x", memory: 2304 }],
    ["region", { region: ["mars"] }],
    ["app", { app: "Not-A-Name" }],
  ])("%s is refused before anything is made", async (option, options) => {
    await expect(run(options)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option } });
    expect(changes()).toEqual([]);
    expect(fake().apps.has(name)).toBe(false);
  });
});

interface Config {
  readonly User: string;
  readonly Entrypoint: readonly string[];
}

/** The config of the image that was pushed, from the registry. */
async function configOf({ env, token }: FlyFake, { images }: PublishResult): Promise<Config> {
  const authorization = `Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
  const url = `http://${env.FLY_REGISTRY_HOST}/v2/${name}/blobs/${images?.[0]?.configDigest}`;
  const { config } = (await (await fetch(url, { headers: { authorization } })).json()) as { config: Config };
  return config;
}
