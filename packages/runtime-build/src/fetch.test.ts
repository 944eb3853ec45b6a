import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchDebs } from "./fetch.ts";
import type { LockedDeb } from "./lock-file.ts";

const content = Buffer.from("a package");
const ctx = { report: () => {} };
let server: Server;
let dir: string;
let requests: string[];

function deb(path: string, bytes = content): LockedDeb {
  return { name: "tool", version: "1.0-1", path, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "runtime-test-"));
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const failsOnce = request.url === "/debian/pool/flaky.deb" && requests.length === 1;
    response.statusCode = failsOnce ? 503 : request.url === "/debian/pool/gone.deb" ? 404 : 200;
    response.end(content);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  vi.stubEnv("XDG_CACHE_HOME", dir);
  vi.stubEnv("DEBIAN_MIRROR", `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await rm(dir, { recursive: true });
});

describe("fetchDebs", () => {
  it("downloads once, then answers from the cache without a request", async () => {
    const first = await fetchDebs([deb("pool/tool.deb")], ctx);
    expect(await fetchDebs([deb("pool/tool.deb")], ctx)).toEqual(first);
    expect(requests).toEqual(["/debian/pool/tool.deb"]);
  });

  it("tries again after a 503", async () => {
    await fetchDebs([deb("pool/flaky.deb")], ctx);
    expect(requests).toHaveLength(2);
  });

  it("shows a mirror without its password and query", async () => {
    vi.stubEnv("DEBIAN_MIRROR", "http://me:pw-canary@127.0.0.1:9/debian?canary=");
    const error: unknown = await fetchDebs([deb("pool/tool.deb")], ctx).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "RUNTIME_DOWNLOAD_FAILED", facts: { url: "http://127.0.0.1:9/debian" } });
    const { message, stack, facts, cause } = error as Error & { facts: object };
    expect(JSON.stringify({ message, stack, facts, cause: String(cause) })).not.toContain("canary");
  });

  it("names a package that is gone, and the command that locks anew", async () => {
    await expect(fetchDebs([deb("pool/gone.deb")], ctx)).rejects.toMatchObject({
      code: "RUNTIME_PACKAGE_GONE",
      remedies: [{ action: "run", run: expect.arrayContaining(["runtime:lock"]) as string[] }, { action: "advise" }],
      facts: { package: "tool", version: "1.0-1", path: "pool/gone.deb" },
    });
  });

  it("refuses other bytes than the locked ones", async () => {
    const other = deb("pool/tool.deb", Buffer.from("A package"));
    await expect(fetchDebs([other], ctx)).rejects.toMatchObject({ code: "RUNTIME_DOWNLOAD_FAILED" });
  });
});
