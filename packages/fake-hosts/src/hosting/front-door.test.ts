import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FrontDoor } from "./front-door.ts";

let door: FrontDoor;
let site: Server;
let port: number;

beforeEach(async () => {
  site = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      response.writeHead(201, { "x-site": "yes" }).end(JSON.stringify({ method, url, host: headers.host, body }));
    });
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  ({ port } = site.address() as AddressInfo);
  door = new FrontDoor();
  await door.listen();
});
afterEach(async () => {
  await door.close();
  site.close();
  site.closeAllConnections();
});

test("answers 503 while nothing runs, and when what ran is gone", async () => {
  expect((await fetch(door.url)).status).toBe(503);
  door.set(port);
  expect((await fetch(door.url)).status).toBe(201);
  site.close();
  site.closeAllConnections();
  expect((await fetch(door.url)).status).toBe(503);
  door.set(null);
  expect((await fetch(door.url)).status).toBe(503);
});

test("passes on method, path, host and body, and the answer's status and headers", async () => {
  door.set(port);
  const answer = await fetch(`${door.url}/a%20b?c=d`, { method: "POST", body: "hello" });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("x-site")).toBe("yes");
  expect(await answer.json()).toEqual({ method: "POST", url: "/a%20b?c=d", host: new URL(door.url).host, body: "hello" });
});

test("can be closed twice, and before it listens", async () => {
  await door.close();
  await door.close();
  await new FrontDoor().close();
  await expect(fetch(door.url)).rejects.toThrow("fetch failed");
});
