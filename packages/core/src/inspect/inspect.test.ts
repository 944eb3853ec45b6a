import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imageOf, imageOfLayers, layerOfMembers, sized, type Member } from "./image.test-support.ts";
import { inspectImage } from "./inspect.ts";
import { entriesBelow, findNode, totalBytes } from "./tree.ts";

const ctx = { report: () => {} };
const inspect = (...layers: readonly (readonly Member[])[]) => inspectImage(imageOf(...layers), ctx);

describe("what a layer does to those below", () => {
  test("adds, changes and hides, with whiteouts and an opaque folder", async () => {
    const { layers, root, efficiency } = await inspect(
      [sized("a/one", 100), sized("a/two", 30), sized("b/three", 50), sized("b/deep/four", 7), sized("c", 1)],
      [sized("a/one", 40), { name: "a/.wh.two", content: "" }, { name: "b/.wh..wh..opq", content: "" }, sized("b/five", 5)],
      [{ name: ".wh.a", content: "" }],
    );
    const [first, second, third] = layers;
    expect(first).toMatchObject({
      added: { files: 5, sizeBytes: 188 },
      changed: { files: 0, sizeBytes: 0 },
      hidden: { files: 0, sizeBytes: 0 },
    });
    expect(second).toMatchObject({
      added: { files: 1, sizeBytes: 5 },
      changed: { files: 1, sizeBytes: 40 },
      hidden: { files: 3, sizeBytes: 87 },
    });
    expect(third).toMatchObject({ added: { files: 0 }, changed: { files: 0 }, hidden: { files: 1, sizeBytes: 40 } });
    expect(second!.changes.find(({ path }) => path === "a/one")).toMatchObject({ change: "changed", sizeBytes: 40, hiddenBytes: 100 });
    expect([...entriesBelow(root)].filter(({ kind }) => kind === "file").map(({ path }) => path)).toEqual(["b/five", "c"]);
    // a/one 100 + 40 + 0, a/two 30 + 0, b/three 50 + 0, b/deep/four 7 + 0: nothing of it need be there. b/five and c are.
    expect(efficiency.wasted.map(({ path, layers: count, sizeBytes }) => [path, count, sizeBytes])).toEqual([
      ["a/one", 3, 140],
      ["b/three", 2, 50],
      ["a/two", 2, 30],
      ["b/deep/four", 2, 7],
    ]);
    expect(efficiency.wastedBytes).toBe(227);
    expect(efficiency.score).toBeCloseTo(6 / 233);
  });

  test("a file that two layers store counts with the smaller of them", async () => {
    const { efficiency } = await inspect([sized("big", 90), sized("same", 10)], [sized("big", 60)]);
    expect(efficiency).toMatchObject({ score: 70 / 160, wastedBytes: 150 });
  });

  test("an image of one layer wastes nothing, nor does one of none", async () => {
    expect((await inspect([sized("a", 9)])).efficiency).toEqual({ score: 1, wastedBytes: 0, wasted: [] });
    expect((await inspect()).efficiency.score).toBe(1);
  });

  test("a folder that is there already is no change, unless its permissions are others", async () => {
    const { layers } = await inspect(
      [{ name: "d", mode: 0o755 }, sized("d/f", 1)],
      [{ name: "d", mode: 0o755 }],
      [{ name: "d", mode: 0o700 }],
    );
    expect(layers.map(({ changes }) => changes.map(({ path, change }) => `${change} ${path}`))).toEqual([
      ["added d", "added d/f"],
      [],
      ["changed d"],
    ]);
  });

  test("a file in the place of a folder hides what was in it; what is removed and stored at once is changed", async () => {
    const { layers, root } = await inspect(
      [sized("d/f", 20), sized("g", 3)],
      [sized("d", 1), { name: ".wh.g", content: "" }, sized("g", 4)],
    );
    expect(layers[1]!.changes.map(({ path, change, hiddenBytes }) => [path, change, hiddenBytes])).toEqual([
      ["g", "changed", 3],
      ["d/f", "hidden", 20],
      ["d", "changed", 0],
    ]);
    expect(totalBytes(root)).toBe(5);
  });

  test("a path is below the root, whatever the tar calls it", async () => {
    const { root } = await inspect([sized("a//b", 1), sized("a/../../c", 2), { name: "./d/./l", hardlink: "/a/x/../b" }]);
    expect([...entriesBelow(root)].filter(({ kind }) => kind !== "directory").map(({ path, linkName }) => [path, linkName])).toEqual([
      ["a/b", ""],
      ["c", ""],
      ["d/l", "a/b"],
    ]);
  });

  test("a hard link takes nothing, and what AUFS kept for itself is left out", async () => {
    const { root } = await inspect([sized("f", 8), { name: "l", hardlink: "./f" }, { name: ".wh..wh.plnk" }]);
    expect(findNode(root, "l")!.entry).toMatchObject({ kind: "hardlink", linkName: "f", sizeBytes: 0 });
    expect([...root.children.keys()]).toEqual(["f", "l"]);
  });
});

test("sums are of layers as they travel, and of whole tars", async () => {
  const [packed, plain] = [layerOfMembers([sized("a", 1000)], "RUN a"), layerOfMembers([sized("b", 1000)], "RUN b", false)];
  const inspection = await inspectImage(imageOfLayers([packed, plain]), ctx);
  expect(inspection).toMatchObject({
    platform: "linux/amd64",
    packedBytes: packed.descriptor.size + 2560,
    unpackedBytes: 5120,
    isPacked: false,
    layers: [
      { createdBy: "RUN a", isPacked: true },
      { createdBy: "RUN b", isPacked: false },
    ],
  });
});

test("a layer whose tar is another than its diffId says is refused, and one whose path no system takes", async () => {
  const layer = layerOfMembers([sized("a", 1)]);
  const other = { ...layer, diffId: layerOfMembers([sized("b", 1)]).diffId };
  await expect(inspectImage(imageOfLayers([other]), ctx)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  await expect(inspect([sized("a/".repeat(4000), 1)])).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
});

test("progress is told, and a signal stops it", async () => {
  const done: number[] = [];
  const image = imageOf([sized("a", 10_000)]);
  await inspectImage(image, { report: (event) => void (event.type === "step.progressed" && done.push(event.done)) });
  expect(done.at(-1)).toBe(image.layers[0]!.descriptor.size);
  await expect(inspectImage(image, { ...ctx, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
});

describe("any layers", () => {
  const name = fc.constantFrom("a", "b", "c");
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
  const action = fc.oneof(
    fc.record({ what: fc.constant("file" as const), path, size: fc.nat(50) }),
    fc.record({ what: fc.constant("folder" as const), path }),
    fc.record({ what: fc.constant("remove" as const), path }),
    fc.record({ what: fc.constant("empty" as const), path }),
  );
  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  const toMember = (of: Action): Member => {
    if (of.what === "file") return sized(of.path, of.size);
    if (of.what === "folder") return { name: of.path, mode: 0o755 };
    if (of.what === "empty") return { name: `${of.path}/.wh..wh..opq`, content: "" };
    return { name: of.path.replace(/([^/]+)$/, ".wh.$1"), content: "" };
  };
  /** Files by path, with what one who unpacks layer after layer would have. */
  const unpack = (layers: readonly (readonly Action[])[]): Map<string, number> => {
    let files = new Map<string, number>();
    const drop = (test_: (path: string) => boolean) => (files = new Map([...files].filter(([each]) => !test_(each))));
    for (const layer of layers) {
      for (const { what, path: at } of layer) {
        if (what === "remove") drop((each) => each === at || each.startsWith(`${at}/`));
        if (what === "empty") drop((each) => each.startsWith(`${at}/`));
      }
      for (const each of new Map(layer.filter(({ what }) => what === "file" || what === "folder").map((one) => [one.path, one])).values()) {
        drop(
          (known) =>
            known === each.path || each.path.startsWith(`${known}/`) || (each.what === "file" && known.startsWith(`${each.path}/`)),
        );
        if (each.what === "file") files.set(each.path, each.size);
      }
    }
    return files;
  };

  test("give the files that unpacking them gives, and no byte is lost", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(action, { maxLength: 6 }), { maxLength: 4 }), async (actions) => {
        const { root, efficiency, layers } = await inspect(...actions.map((layer) => layer.map(toMember)));
        const seen = [...entriesBelow(root)].filter(({ kind }) => kind === "file");
        const wanted = unpack(actions);
        expect(new Map(seen.map(({ path: at, sizeBytes }) => [at, sizeBytes]))).toEqual(wanted);
        expect(totalBytes(root)).toBe([...wanted.values()].reduce((sum, size) => sum + size, 0));
        expect(efficiency.score).toBeGreaterThanOrEqual(0);
        expect(efficiency.score).toBeLessThanOrEqual(1);
        const stored = layers.flatMap(({ changes }) => changes).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        expect(efficiency.wastedBytes).toBeLessThanOrEqual(stored);
      }),
    );
  });
});
