import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { emptyServe, type Site } from "@datasette-publish/core";
import { afterEach, expect, it } from "vitest";
import { warmPreview } from "./preview.ts";

const ctx = { report: () => {} };
const site = (spatialite: boolean): Site => ({
  name: "map",
  dataset: { databases: [], sources: [], unreadable: [] },
  serve: { ...emptyServe, spatialite, settings: { base_url: "/maps/" } },
});
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A site elsewhere that answers with what it was asked. */
async function serveElsewhere(): Promise<{ origin: string; server: Server }> {
  const server = createServer((request: IncomingMessage, response) => {
    void buffer(request).then((body) => {
      if (request.url === "/maps/cut") return response.writeHead(200, { "content-length": "10" }).write("cut", () => response.destroy());
      const { method, url, headers } = request;
      response.writeHead(
        201,
        [
          ["X-Kind", "a"],
          ["x-kind", "b"],
        ].flat(),
      );
      return response.end(JSON.stringify({ method, url, host: headers.host, cookie: headers.cookie, body: body.toString() }));
    });
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** The status of an answer to a request by another name of the host. */
async function statusFor(url: string, host: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers: { host } }), "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

it("serves a site that runs elsewhere, behind its own guard, below the site's base path", async () => {
  const { origin, server } = await serveElsewhere();
  await using warm = await warmPreview({ wheels: [] }, ctx);
  const preview = await warm.start(site(true), { upstream: origin });
  const { host } = new URL(preview.url);
  expect(preview.url).toBe(`http://${host}/maps/`);
  const asked = { method: "POST", headers: { Cookie: "a=1" }, body: "ü=1" };
  const said = { method: "POST", url: "/maps/data.json?_size=1", host, cookie: "a=1", body: "ü=1" };
  const { status, headers, body } = await preview.request("/data.json?_size=1", asked);
  expect({ status, kind: headers["x-kind"], said: JSON.parse(body.toString()) as unknown }).toEqual({ status: 201, kind: "a, b", said });
  const fetched = await fetch(`${preview.url}data.json?_size=1`, { ...asked, headers: { cookie: "a=1" } });
  expect(await fetched.json()).toEqual(said);
  expect(await statusFor(preview.url, "elsewhere.test")).toBe(421);
  await expect(preview.request("/cut")).rejects.toThrow(/does not answer/);
  server.close().closeAllConnections();
  await expect(preview.request("/")).rejects.toThrow(/does not answer/);
});

it("refuses a site that needs SpatiaLite, which is not in WebAssembly", async () => {
  await using warm = await warmPreview({ wheels: [] }, ctx);
  await expect(warm.start(site(true))).rejects.toMatchObject({
    code: "PREVIEW_FAILED",
    message: expect.stringMatching(/SpatiaLite/) as string,
  });
});
