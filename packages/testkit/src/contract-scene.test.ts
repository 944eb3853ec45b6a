import { existsSync } from "node:fs";
import type { Image, Provider } from "@datasette-publish/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeScene, fakeRuntime, openScene, type Scene } from "./contract-scene.ts";

let scene: Scene;
const published: { image: Image; env: Readonly<Record<string, string | undefined>>; source: string }[] = [];
const shelf: Provider = {
  interface: 1,
  name: "shelf",
  title: "Shelf",
  description: "Keeps nothing",
  options: {},
  accepts: { images: { platforms: ["linux/amd64"] } },
  check: () => Promise.resolve(),
  rollout: async ({ env, source }) => ({
    tasks: [],
    result({ images: [image] }) {
      published.push({ image, env, source });
      return { facts: {} };
    },
  }),
};
beforeEach(async () => {
  published.splice(0);
  scene = await openScene(shelf, {
    options: () => ({}),
    runtime: async (platform) => ({ ...(await fakeRuntime(platform, scene.root)), entrypoint: ["/bin/server"] }),
  });
});
afterEach(() => closeScene(scene));

it("builds on the runtime that is given", async () => {
  await scene.run();
  expect(Buffer.from(published[0]?.image.config ?? []).toString()).toContain("/bin/server");
});

it("has programs, and a home of its own", async () => {
  await scene.run();
  const { PATH, HOME = "" } = published[0]!.env;
  expect(PATH).toBe(process.env["PATH"]);
  expect(HOME.startsWith(scene.root) && existsSync(HOME)).toBe(true);
});

it("publishes another folder of the same name", async () => {
  await scene.run();
  await scene.run({ elsewhere: true });
  expect(published[0]?.source).not.toBe(published[1]?.source);
});
