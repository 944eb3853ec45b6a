import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PublishEvent } from "@datasette-publish/core";
import { SnapshotUnusable, startBridge } from "./bridge.ts";
import { startPreview, type PreviewOptions } from "./preview.ts";
import { ctx, findRuntime, makeFolder, makeSite } from "./scene.test-support.ts";
import { bootPython, keepSnapshot, snapshotPath } from "./snapshot-store.ts";
import { encodeSnapshot, openSnapshot, snapshotKey } from "./snapshot.ts";

const dir = makeFolder();
let runtime: PreviewOptions;

beforeAll(async () => {
  runtime = await findRuntime();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const small = { memory: new Uint8Array(4096).fill(7), files: [["a/b.py", Buffer.from("pass")] as const] };
const damages: [string, (bytes: Buffer) => Buffer][] = [
  ["of another key", (bytes) => Buffer.from(bytes.toString("latin1").replace('"key":"k', '"key":"l'), "latin1")],
  ["cut short", (bytes) => bytes.subarray(0, -1)],
  ["cut in half", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["empty", () => Buffer.alloc(0)],
  ["of other bytes in its header", (bytes) => flip(bytes, 2)],
  ["of other bytes in its memory", (bytes) => flip(bytes, bytes.indexOf("\n") + 12)],
  ["of other bytes in its files", (bytes) => flip(bytes, bytes.length - 6)],
];

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

describe("a snapshot's file", () => {
  it("gives back what was put in", async () => {
    const { memoryBytes, content } = openSnapshot(encodeSnapshot("k", small), "k");
    expect(memoryBytes).toBe(4096);
    const { memory, files } = await content;
    expect(Buffer.compare(memory, small.memory)).toBe(0);
    expect(files.map(([name, data]) => [name, Buffer.from(data).toString()])).toEqual([["a/b.py", "pass"]]);
  });

  it.each(damages)("is refused when it is %s", async (_, damage) => {
    const bytes = damage(Buffer.from(encodeSnapshot("k", small)));
    await expect((async () => await openSnapshot(bytes, "k").content)()).rejects.toBeInstanceOf(Error);
  });

  it("belongs to exactly these wheels", async () => {
    const wheel = join(dir, "a-1-py3-none-any.whl");
    const keys = [];
    for (const text of ["one", "two", "one"]) {
      writeFileSync(wheel, text);
      keys.push(await snapshotKey([wheel]));
    }
    expect(keys[0]).not.toBe(keys[1]);
    expect(keys[0]).toBe(keys[2]);
    expect(await snapshotKey([])).not.toBe(keys[0]);
  });
});

describe("booting", () => {
  it("makes a damaged snapshot anew, once, and keeps it whole", async () => {
    const cacheDir = join(dir, "cache");
    const key = await snapshotKey(runtime.wheels);
    const path = snapshotPath(cacheDir, key);
    const boot = async () => {
      const events: PublishEvent[] = [];
      const bridge = await bootPython(runtime.wheels, [join(dir, "none")], cacheDir, { report: (event) => events.push(event) });
      await bridge.close();
      return events.map(({ type }) => type);
    };
    mkdirSync(cacheDir, { mode: 0o700 });
    writeFileSync(path, "damaged");
    expect(await boot()).toEqual(["step.started", "step.ended"]);
    expect(await boot()).toEqual([]);
    expect(readdirSync(cacheDir)).toEqual([basename(path)]);
    const whole = readFileSync(path);
    for (const damaged of [flip(whole, whole.length >> 1), whole.subarray(0, whole.length >> 1)])
      await expect(startBridge({ snapshot: damaged, key }, ctx)).rejects.toBeInstanceOf(SnapshotUnusable);
    await expect(startBridge({ snapshot: path, key: "other" }, ctx)).rejects.toBeInstanceOf(SnapshotUnusable);
  });

  it("keeps a snapshot where only its owner can read it", async () => {
    const cacheDir = join(dir, "new", "cache");
    const path = snapshotPath(cacheDir, "0123456789abcdef0123");
    await Promise.all([1, 2, 3].map(() => keepSnapshot(path, Buffer.from("whole"))));
    expect(readdirSync(cacheDir)).toEqual(["0123456789abcdef.snapshot"]);
    expect(readFileSync(path, "utf8")).toBe("whole");
    expect([cacheDir, path].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it("goes on where a snapshot cannot be kept, and says so", async () => {
    const file = join(dir, "file");
    writeFileSync(file, "");
    const said: string[] = [];
    const report = (event: PublishEvent) => event.type === "output" && said.push(event.text);
    const bridge = await bootPython(runtime.wheels, [], file, { report });
    await bridge.close();
    expect(said).toEqual([expect.stringContaining("cannot be kept")]);
  });

  it("leaves nothing of one boot's randomness to the next", async () => {
    const plugin = `
import os, random, secrets, tempfile, uuid
from datasette import hookimpl
from datasette.utils.asgi import Response

async def randomness(datasette, request):
    return Response.json([
        datasette._secret,
        request.scope["csrftoken"](),
        random.random(),
        secrets.token_hex(),
        str(uuid.uuid4()),
        str(uuid.uuid1()),
        next(tempfile._get_candidate_names()),
        (await datasette.get_database("d").execute("select hex(randomblob(16))")).single_value(),
    ])

@hookimpl
def register_routes():
    return [("^/-/randomness$", randomness)]
`;
    const site = makeSite(dir, { d: "CREATE TABLE t (a)" }, { plugins: [{ name: "randomness.py", source: Buffer.from(plugin) }] });
    const [one, other] = await Promise.all(
      [1, 2].map(async () => {
        const preview = await startPreview(site, runtime, ctx);
        const { body } = await preview.request("/-/randomness");
        await preview.close();
        return JSON.parse(body.toString()) as unknown[];
      }),
    );
    expect(one).toHaveLength(8);
    for (const [at, value] of one!.entries()) expect(value).not.toEqual(other![at]);
  });
});
