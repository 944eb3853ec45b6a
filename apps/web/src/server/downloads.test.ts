import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Workbench } from "@datasette-publish/workbench";
import { Downloads } from "./downloads.ts";
import { toRefusal } from "./refusal.ts";

let dir: string;
let server: Server;
let origin: string;
let downloads: Downloads;
let broken: boolean;

beforeEach(async () => {
  broken = false;
  dir = await mkdtemp(join(tmpdir(), "web-test-"));
  writeFileSync(join(dir, "image.tar"), "the image");
  const workbench = {
    sites: { get: (id: string) => (id === "none" ? undefined : { id, name: "pets" }) },
    isKept: (id: string) => id === "kept",
    export: () => Promise.resolve(zip()),
    imageFile: (id: string) =>
      ({ v: { path: join(dir, "image.tar"), name: "Käfig.tar" }, gone: { path: join(dir, "no.tar"), name: "no.tar" } })[id],
  };
  downloads = new Downloads(workbench as unknown as Workbench);
  const app = new Hono<{ Bindings: HttpBindings }>().get("/downloads/:once", (c) => downloads.send(c));
  app.onError((error, c) => c.text(error.message, toRefusal(error).status));
  server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.useRealTimers();
  server.close();
  server.closeAllConnections();
  await rm(dir, { recursive: true });
});

async function* zip(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("one, ");
  await Promise.resolve();
  if (broken) throw new Error("canary: /secret/path");
  yield Buffer.from("two");
}
const get = ({ url }: { readonly url: string }) => fetch(origin + url);
const code = (of: string) => expect.objectContaining({ code: of }) as Error;

it("a site comes as a zip, once", async () => {
  const offered = downloads.offer({ site: "kept" });
  expect(offered.url).toMatch(/^\/downloads\/[0-9a-f]{32}$/);
  const answer = await get(offered);
  expect([answer.headers.get("content-type"), answer.headers.get("content-disposition")]).toEqual([
    "application/zip",
    `attachment; filename="pets.zip"; filename*=UTF-8''pets.zip`,
  ]);
  expect(await answer.text()).toBe("one, two");
  expect((await get(offered)).status).toBe(404);
});

it("the image of a version comes with its size", async () => {
  const answer = await get(downloads.offer({ image: "v" }));
  expect([answer.headers.get("content-length"), answer.headers.get("content-disposition")]).toEqual([
    "9",
    `attachment; filename="K_fig.tar"; filename*=UTF-8''K%C3%A4fig.tar`,
  ]);
  expect(await answer.text()).toBe("the image");
});

it("an address is good for a minute", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 0 });
  const [early, late] = [downloads.offer({ site: "kept" }), downloads.offer({ site: "kept" })];
  vi.setSystemTime(60_000);
  expect((await get(early)).status).toBe(200);
  vi.setSystemTime(60_001);
  expect((await get(late)).status).toBe(404);
  expect(downloads.offer({ site: "kept" }).url).not.toBe(early.url);
  expect((await get({ url: `/downloads/${"0".repeat(32)}` })).status).toBe(404);
});

it("what is not there is not offered", async () => {
  expect(() => downloads.offer({ site: "none" })).toThrow(code("INPUT_NOT_FOUND"));
  expect(() => downloads.offer({ site: "elsewhere" })).toThrow(code("NOT_PUBLISHED"));
  expect(() => downloads.offer({ image: "none" })).toThrow(code("INPUT_NOT_FOUND"));
  expect((await get(downloads.offer({ image: "gone" }))).status).toBe(404);
});

it("one that breaks off is not taken for whole, and says nothing", async () => {
  broken = true;
  const [error, info] = [vi.spyOn(console, "error"), vi.spyOn(console, "info")];
  const answer = await get(downloads.offer({ site: "kept" }));
  await expect(answer.text()).rejects.toThrow("terminated");
  expect([...error.mock.calls, ...info.mock.calls]).toEqual([]);
});
