import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../run/clock.ts";
import { uploadFile } from "./upload.ts";

const stored: string[] = [];
let status = 200;
const store = createServer(async (request, response) => {
  stored.push(`${request.method} ${request.url} ${await text(request)}`);
  if (status !== 0) response.writeHead(status).end();
});
let dir: string;
const url = () => `http://127.0.0.1:${(store.address() as AddressInfo).port}/put?signature=canary`;
const upload = (signal?: AbortSignal) =>
  uploadFile(join(dir, "source"), url(), { title: "Shelf", provider: "shelf", clock: systemClock, fetch, limitMs: 10_000, signal });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "upload-"));
  await writeFile(join(dir, "source"), "bytes");
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  store.closeAllConnections();
  store.close();
  await rm(dir, { recursive: true });
});

it("puts a file where the address says", async () => {
  await upload();
  expect(stored).toEqual(["PUT /put?signature=canary bytes"]);
});

it("says why it was refused, and not where", async () => {
  status = 403;
  const error: unknown = await upload().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ facts: { status: 403 } });
  expect(String(error)).not.toContain("canary");
});

it("ends at once when the user cancels", async () => {
  status = 0;
  const stop = new AbortController();
  const from = stored.length;
  const uploading = upload(stop.signal);
  await expect.poll(() => stored.length).toBeGreaterThan(from);
  stop.abort();
  await expect(uploading).rejects.toBe(stop.signal.reason);
});
