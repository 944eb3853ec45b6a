import { expect, test, vi } from "vitest";
import type { PublishError } from "../errors/publish-error.ts";
import type { Image, Layer } from "../oci/types.ts";
import { biggestPlaces } from "./folders.ts";
import { imageOf, imageOfLayers, layerOfMembers, sized } from "./image.test-support.ts";
import { inspectImage } from "./inspect.ts";
import { requireWithin, sizeOfLayers, type ImageLimits } from "./limits.ts";
import { thingsOf } from "./things.ts";

const ctx = { report: () => {} };
const sqlite = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(8000, "abcdefgh")]);
const image = imageOfLayers([
  layerOfMembers([sized("usr/lib/a", 4000), sized("usr/lib/b", 3000), sized("usr/bin/python", 2000)], "system", false),
  layerOfMembers([{ name: "data/pets.db", content: sqlite }], "datasette-publish: database pets.db", false),
  layerOfMembers([sized("app/static/logo.png", 500), sized("usr/lib/a", 3500)], "datasette-publish: site pets", false),
]);
const isRemovable = ({ createdBy }: { readonly createdBy: string }) => createdBy.startsWith("datasette-publish: ");
const refusal = (limits: ImageLimits, changes = {}, of: Image = image) => requireWithin(of, limits, { host: null, ...changes }, ctx);

/** The three largest things that a refusal names. */
async function largestOf(limits: ImageLimits, changes = {}): Promise<string> {
  const error: unknown = await refusal(limits, changes).catch((thrown: unknown) => thrown);
  return String((error as PublishError).facts["largest"]);
}

test("an image within all limits is read for none of them, but for what it wastes", async () => {
  const open = vi.fn<Layer["open"]>(image.layers[0]!.open);
  const watched = { ...image, layers: [{ ...image.layers[0]!, open }, ...image.layers.slice(1)] };
  const maxBytes = sizeOfLayers(image);
  await refusal({}, {}, watched);
  await refusal({ maxBytes, maxLayerBytes: maxBytes }, {}, watched);
  expect(open).not.toHaveBeenCalled();
  await refusal({ maxWastedBytes: 7500 }, {}, watched);
  expect(open).toHaveBeenCalledOnce();
});

test("one that is too large says by how much, and names the three largest things", async () => {
  await expect(refusal({ maxBytes: 5000 })).rejects.toMatchObject({
    code: "IMAGE_TOO_LARGE",
    facts: { maxBytes: 5000, sizeBytes: sizeOfLayers(image), limit: "maxSize", platform: "linux/amd64" },
    remedies: [{ action: "advise" }, { action: "set-option", option: "maxSize" }],
  });
  expect((await largestOf({ maxBytes: 5000 })).match(/\S+(?= \(about)/g)).toEqual(["data/pets.db", "usr/lib", "usr/bin/python"]);
});

test("only what can be left out is named, where something can", async () => {
  expect((await largestOf({ maxBytes: 5000 }, { isRemovable })).match(/\S+(?= \(about)/g)).toEqual([
    "data/pets.db",
    "usr/lib/a",
    "app/static/logo.png",
  ]);
  expect(await largestOf({ maxBytes: 5000 }, { isRemovable: () => false })).toContain("usr/lib");
});

test("a host's limit offers no option to raise it", async () => {
  await expect(refusal({ maxLayerBytes: 9000 }, { host: "Shelf" })).rejects.toMatchObject({
    code: "IMAGE_TOO_LARGE",
    message: expect.stringContaining("Shelf takes at most"),
    facts: { limit: "maxLayer" },
    remedies: [{ action: "advise" }, { action: "advise" }],
  });
});

test("a layer that is too large names what is in that layer", async () => {
  expect(await largestOf({ maxLayerBytes: 9500 })).toMatch(/^usr\/lib.*python/);
});

test("one that wastes too much names the paths, and is not read twice", async () => {
  const inspection = await inspectImage(image, ctx);
  const unread = { ...image, layers: image.layers.map((layer) => ({ ...layer, open: () => expect.unreachable() })) };
  await expect(refusal({ maxWastedBytes: 7499 }, { inspection }, unread)).rejects.toMatchObject({
    code: "IMAGE_WASTEFUL",
    facts: { wastedBytes: 7500, maxBytes: 7499, largest: "usr/lib/a (7.5 kB)" },
  });
});

test("an image of nothing is within any limit", async () => {
  const none = { maxBytes: 0, maxLayerBytes: 0, maxWastedBytes: 0 };
  await expect(refusal(none, {}, imageOf())).resolves.toBeUndefined();
});

test("things are weighed by their share of the layers that they are in, and are all that is there", async () => {
  const inspection = await inspectImage(image, ctx);
  const things = thingsOf(inspection);
  expect(things.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(8016 + 3500 + 3000 + 2000 + 500);
  expect(things[0]).toMatchObject({
    what: "database",
    name: "data/pets.db",
    sizeBytes: 8016,
    packedBytes: image.layers[1]!.descriptor.size,
  });
});

test("the biggest places do not overlap, and are folders where their bytes are in many parts", async () => {
  const many = Array.from({ length: 30 }, (_, i) => sized(`usr/share/doc/p${i}/copyright`, 10));
  const { root } = await inspectImage(
    imageOf([...many, sized("usr/lib/one.so", 400), sized("usr/lib/x/two.so", 100), sized("data.db", 50)]),
    ctx,
  );
  expect(biggestPlaces(root, 10).map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ["usr/lib", 500],
    ["usr/share/doc", 300],
    ["data.db", 50],
  ]);
});
