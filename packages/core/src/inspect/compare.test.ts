import { expect, test } from "vitest";
import { compareImages } from "./compare.ts";
import { imageOf, imageOfLayers, layerOfMembers, sized, type Member } from "./image.test-support.ts";
import { inspectImage } from "./inspect.ts";

const ctx = { report: () => {} };
const compare = async (before: readonly Member[], after: readonly Member[]) =>
  compareImages(await inspectImage(imageOf(before), ctx), await inspectImage(imageOf(after), ctx)).differences;

test("every path that is not alike is named, with what differs", async () => {
  const differences = await compare(
    [
      sized("gone", 70),
      sized("same", 5),
      sized("text", 3),
      sized("mode", 1),
      { name: "link", symlink: "a" },
      sized("kind", 2),
      sized("big", 9),
    ],
    [
      sized("new", 30),
      sized("same", 5),
      { name: "text", content: "abc" },
      { ...sized("mode", 1), mode: 0o755 },
      { name: "link", symlink: "b" },
      { name: "kind", mode: 0o755 },
      sized("big", 99),
    ],
  );
  expect(differences).toEqual([
    { path: "big", change: "changed", beforeBytes: 9, afterBytes: 99, aspects: ["content"] },
    { path: "gone", change: "removed", beforeBytes: 70, afterBytes: null, aspects: [] },
    { path: "new", change: "added", beforeBytes: null, afterBytes: 30, aspects: [] },
    { path: "kind", change: "changed", beforeBytes: 2, afterBytes: 0, aspects: ["kind"] },
    { path: "text", change: "changed", beforeBytes: 3, afterBytes: 3, aspects: ["content"] },
    { path: "link", change: "changed", beforeBytes: 0, afterBytes: 0, aspects: ["link"] },
    { path: "mode", change: "changed", beforeBytes: 1, afterBytes: 1, aspects: ["mode"] },
  ]);
});

test("which of two hard links is the file is no difference", async () => {
  const [one, other] = [
    [sized("a", 8), { name: "b", hardlink: "a" }],
    [sized("b", 8), { name: "a", hardlink: "b" }],
  ];
  expect(await compare(one, other)).toEqual([]);
});

test("layers that both have need not travel", async () => {
  const [code, old, young] = ["code", "old", "young"].map((name) => layerOfMembers([sized(name, 10)]));
  const [before, after] = await Promise.all(
    [imageOfLayers([code!, old!]), imageOfLayers([code!, young!])].map((each) => inspectImage(each, ctx)),
  );
  expect(compareImages(before!, after!)).toMatchObject({
    sharedLayers: [code!.descriptor.digest],
    newPackedBytes: young!.descriptor.size,
    differences: [{ path: "old" }, { path: "young" }],
  });
});
