import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Refusal } from "../routes.ts";
import { headers } from "./guard.ts";
import { openScene, routes, type Asked, type Scene } from "./scene.test-support.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const codeOf = (text: string) => (JSON.parse(text) as Refusal).error.code;
const withHeaders = (asked: Asked, more: Record<string, string>): Asked => ({ ...asked, headers: { ...asked.headers, ...more } });
const wrongKey = "A".repeat(32);
const from = (mode: string): Asked => ({ key: null, headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode } });
const pages = ["/", "/new", "/drafts/x/files", "/sites/x"];

describe.each(routes)("$name", ({ method, path, asked }) => {
  it("is answered to who has the key, and is of no use with an id that is not there", async () => {
    const { status, text } = await scene.ask(method, path, asked);
    if (path.includes("/x") || path.includes("nowhere") || path.startsWith("/api/downloads")) expect(status).toBe(404);
    else expect(status).toBeLessThan(300);
    expect(JSON.parse(text)).toBeDefined();
  });

  it("is not answered without the key", async () => {
    for (const key of [null, wrongKey, scene.key.slice(0, -1), `${scene.key}A`, ""]) {
      const { status, text } = await scene.ask(method, path, { ...asked, key });
      expect([status, codeOf(text)]).toEqual([401, "REQUEST_REFUSED"]);
    }
    for (const authorization of [scene.key, `Basic ${scene.key}`, `bearer ${scene.key}`])
      expect((await scene.ask(method, path, withHeaders({ ...asked, key: null }, { authorization }))).status).toBe(401);
  });

  it("is answered by its own name alone", async () => {
    const { port } = new URL(scene.web.origin);
    for (const host of [`evil.example:${port}`, `localhost:${port}`, `[::1]:${port}`, "127.0.0.1", `127.0.0.1:${Number(port) - 1}`]) {
      const { status, text } = await scene.ask(method, path, withHeaders(asked, { host }));
      expect([status, codeOf(text)]).toEqual([421, "REQUEST_REFUSED"]);
    }
  });

  it("is not answered to another site, not by a link either", async () => {
    const fetchMode = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    for (const more of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: scene.web.origin.replace("http:", "https:") },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", ...fetchMode },
    ])
      expect((await scene.ask(method, path, withHeaders(asked, more))).status).toBe(403);
    const own = { origin: scene.web.origin, "sec-fetch-site": "same-origin" };
    expect((await scene.ask(method, path, withHeaders(asked, own))).status).not.toBe(403);
  });

  it("has the headers, whatever it answers", async () => {
    for (const more of [{}, { key: null }, { headers: { host: "evil.example" } }] as Asked[]) {
      const answer = await scene.ask(method, path, { ...asked, ...more });
      expect(answer.headers).toMatchObject(headers);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });
});

describe("the page", () => {
  it.each(pages)("%s is there for a link from elsewhere, and holds nothing", async (path) => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    const { status, text, headers: answered } = await scene.ask("GET", path, { key: null, headers: link });
    expect([status, answered["content-type"], answered["cache-control"]]).toEqual([200, "text/html; charset=utf-8", "no-cache"]);
    expect(text).toMatch(/^<!doctype html>/i);
    expect(text).not.toContain(scene.key);
    const { "cache-control": _, ...others } = headers;
    expect(answered).toMatchObject(others);
  });

  it.each(pages)("%s is not fetched, posted to or framed from elsewhere", async (path) => {
    expect((await scene.ask("GET", path, from("no-cors"))).status).toBe(403);
    expect((await scene.ask("GET", path, from("cors"))).status).toBe(403);
    expect((await scene.ask("POST", path, from("navigate"))).status).toBe(403);
    expect((await scene.ask("GET", path, { key: null, headers: { host: "evil.example" } })).status).toBe(421);
  });

  it("has assets that are kept, as their names change with them", async () => {
    const { text } = await scene.ask("GET", "/", { key: null });
    const assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of assets) {
      const { status, headers: answered } = await scene.ask("GET", path, { key: null });
      expect([status, answered["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
      expect(answered["content-type"]).toMatch(/^(text\/(javascript|css); charset=utf-8|image\/svg\+xml)$/);
    }
  });

  it.each([
    "/../package.json",
    "/..%2f..%2fpackage.json",
    "/assets/../../server/app.js",
    "/%2e%2e/%2e%2e/package.json",
    "/assets/",
    "/index.js",
  ])("%s is nothing", async (path) => {
    expect((await scene.ask("GET", path, { key: null })).status).toBe(404);
  });
});

describe("a path that is written otherwise", () => {
  it.each([
    "/%61pi/start",
    "/x/../api/start",
    "/./api/start",
    "//api/start",
    "/api//start",
    "/api%2Fstart",
    "/API/start",
    "/api/start/",
    "/api;/start",
    String.raw`/\api\start`,
    "/api/start?x",
    "http://127.0.0.1/api/start",
  ])("%s is nothing without the key", async (path) => {
    const { status, text } = await scene.ask("GET", path, { key: null });
    expect([400, 401, 404]).toContain(status);
    expect(text).not.toContain("1.2.3");
  });
});

describe("a request", () => {
  it.each(["HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])("by %s is refused", async (method) => {
    expect((await scene.ask(method, "/api/start")).status).toBe(405);
    expect((await scene.ask(method, "/")).status).toBe(405);
  });

  it("with the key tells that the page was opened", async () => {
    await scene.ask("GET", "/api/start");
    await expect(scene.web.opened).resolves.toBeUndefined();
  });
});
