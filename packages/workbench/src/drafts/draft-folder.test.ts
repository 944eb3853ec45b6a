import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type OwnStore, type Store } from "../store/open-store.ts";
import { DraftFolders } from "./draft-folder.ts";

let dir: string;
let store: Store;
let own: OwnStore;
let folders: DraftFolders;
let draft: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "workbench-test-"));
  store = openStore(join(dir, "workbench.db"));
  own = store.of("local");
  folders = new DraftFolders(join(dir, "drafts"), own.drafts);
  draft = own.drafts.create().id;
});
afterEach(async () => {
  store.close();
  await rm(dir, { recursive: true });
});

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
async function* broken(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  throw new Error("connection lost");
}
async function* overtaken(text: string, by: () => Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  await by();
  yield Buffer.from("d");
}
const take = (name: string, ...texts: string[]) =>
  folders.receive(draft, { name, sizeBytes: Buffer.byteLength(texts.join("")), body: chunks(...texts) });
const onDisk = () => readdirSync(join(dir, "drafts", draft, "files"));
const code = (of: string) => expect.objectContaining({ code: of }) as Error;

describe("a file that comes whole", () => {
  it("is kept for its user alone, under a name of our own", async () => {
    expect(await take("Käufer <b>2024.csv", "a\n", "1\n")).toMatchObject({ sizeBytes: 4, finding: { state: "arrived" } });
    const [input] = folders.inputs(draft);
    expect(input).toMatchObject({ name: "Käufer <b>2024.csv" });
    expect(readFileSync(input!.path, "utf8")).toBe("a\n1\n");
    expect(statSync(input!.path).mode & 0o777).toBe(0o600);
    for (const folder of ["", "files", "tmp"]) expect(statSync(join(dir, "drafts", draft, folder)).mode & 0o777).toBe(0o700);
    expect(onDisk()).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });

  it("takes the place of the one of its name", async () => {
    await take("a.csv", "old");
    await take("a.csv", "newer");
    await take("A.csv", "another");
    expect(folders.inputs(draft).map(({ path }) => readFileSync(path, "utf8"))).toEqual(["another", "newer"]);
    await folders.remove(draft, "a.csv");
    await folders.remove(draft, "none.csv");
    expect(onDisk()).toHaveLength(1);
    await folders.removeAll(draft);
    expect(readdirSync(join(dir, "drafts"))).toEqual([]);
  });

  it("may be empty", async () => {
    expect(await take("empty.csv")).toMatchObject({ sizeBytes: 0, finding: { state: "arrived" } });
  });
});

describe("a file that stops on its way", () => {
  it("is not read, and goes on from where it stopped, in another process too", async () => {
    await expect(folders.receive(draft, { name: "a.csv", sizeBytes: 6, body: broken("abc") })).rejects.toThrow("connection lost");
    expect(folders.inputs(draft)).toEqual([]);
    using second = openStore(join(dir, "workbench.db"));
    const later = new DraftFolders(join(dir, "drafts"), second.of("local").drafts);
    expect(await later.list(draft)).toMatchObject([{ name: "a.csv", sizeBytes: 6, finding: { state: "arriving", receivedBytes: 3 } }]);
    const wrong = later.receive(draft, { name: "a.csv", sizeBytes: 6, fromByte: 2, body: chunks("cdef") });
    await expect(wrong).rejects.toThrow(code("OPTION_INVALID"));
    await later.receive(draft, { name: "a.csv", sizeBytes: 6, fromByte: 3, body: chunks("def") });
    expect(readFileSync(later.inputs(draft)[0]!.path, "utf8")).toBe("abcdef");
  });

  it("is stopped by its signal, and stays to go on with", async () => {
    const stop = new AbortController();
    async function* stopping(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("ab");
      stop.abort();
      yield Buffer.from("cd");
    }
    const upload = { name: "a.csv", sizeBytes: 4, body: stopping(), signal: stop.signal };
    await expect(folders.receive(draft, upload)).rejects.toThrow(code("CANCELLED"));
    expect(await folders.list(draft)).toMatchObject([{ finding: { state: "arriving", receivedBytes: 2 } }]);
    await folders.remove(draft, "a.csv");
    expect(onDisk()).toEqual([]);
  });

  it("has another length than was said", async () => {
    await expect(folders.receive(draft, { name: "short.csv", sizeBytes: 9, body: chunks("abc") })).rejects.toThrow(code("INPUT_CHANGED"));
    await expect(folders.receive(draft, { name: "long.csv", sizeBytes: 2, body: chunks("abc", "def") })).rejects.toThrow(
      code("INPUT_CHANGED"),
    );
    expect(await folders.list(draft)).toMatchObject([{ name: "short.csv", finding: { receivedBytes: 3 } }]);
    expect(onDisk()).toHaveLength(1);
    for (const sizeBytes of [-1, 1.5, Number.NaN, 2 ** 60])
      await expect(folders.receive(draft, { name: "a.csv", sizeBytes, body: chunks("a") })).rejects.toThrow(code("OPTION_INVALID"));
  });

  it("gives way to another of its name that came meanwhile", async () => {
    const other = overtaken("ol", () => take("a.csv", "new"));
    await expect(folders.receive(draft, { name: "a.csv", sizeBytes: 3, body: other })).rejects.toThrow(code("INPUT_CHANGED"));
    expect(folders.inputs(draft).map(({ path }) => readFileSync(path, "utf8"))).toEqual(["new"]);
    expect(onDisk()).toHaveLength(1);
  });
});

describe("a hostile name", () => {
  it.each([
    "../../evil.csv",
    "a/b.csv",
    String.raw`..\evil.csv`,
    ".hidden.csv",
    "..",
    "",
    "a\0.csv",
    "a\nb.csv",
    "\u007f.csv",
    "\uD800.csv",
    "é".repeat(101),
  ])("%j is refused before anything is written", async (name) => {
    await expect(take(name, "a\n")).rejects.toThrow(code("OPTION_INVALID"));
    expect(readdirSync(dir)).not.toContain("drafts");
  });

  it.each([`"><img src=x onerror=alert(1)>.csv`, "$(id).csv", "-rf.csv", "CON.csv", "a'b.csv", "é".repeat(100), "\u202Evsc.exe"])(
    "%j is taken as any other",
    async (name) => {
      await take(name, "a\n");
      expect(folders.inputs(draft)).toMatchObject([{ name }]);
    },
  );

  it.each(["../x", "0".repeat(31), `${"0".repeat(32)}/..`])("of a draft, %j, leads nowhere", async (id) => {
    await expect(folders.open(id)).rejects.toThrow(code("INPUT_NOT_FOUND"));
    await expect(folders.receive(id, { name: "a.csv", sizeBytes: 1, body: chunks("a") })).rejects.toThrow(code("INPUT_NOT_FOUND"));
  });
});
