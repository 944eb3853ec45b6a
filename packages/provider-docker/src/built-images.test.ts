import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { builtImages } from "./index.ts";
import { whose } from "./whose.test-support.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "built-images-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** What an engine was asked for. */
interface Asked {
  readonly calls: string[];
  context: Buffer;
  query: URLSearchParams;
}

/** An engine that answers a build with these lines. */
async function withEngine(
  lines: readonly object[],
  use: (build: ReturnType<typeof builtImages>, asked: Asked) => Promise<void>,
): Promise<void> {
  const asked: Asked = { calls: [], context: Buffer.alloc(0), query: new URLSearchParams() };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "", "http://engine");
    if (url.pathname === "/_ping") return response.end("OK");
    asked.calls.push(`${request.method} ${url.pathname.replace(/[0-9a-f-]{36}/, "ID")}`);
    if (url.pathname !== "/build") return response.end(request.method === "GET" ? "archive" : "[]");
    asked.context = await buffer(request);
    asked.query = url.searchParams;
    return response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  };
  const server = createServer((request, response) => void answer(request, response));
  const socket = join(dir, "engine.sock");
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    await use(builtImages(whose({ DOCKER_HOST: `unix://${socket}` })), asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function* context() {
  yield Buffer.from("tar");
}

const request = (lines: string[]) => ({
  context: context(),
  platform: "linux/amd64",
  buildArguments: { PIP_INDEX_URL: "https://index.example/simple" },
  onLine: (line: string) => void lines.push(line),
});

it("sends what is to be built, tells what the engine prints, gives the image, and leaves none", async () => {
  await withEngine([{ stream: "Step 1/2 : FROM base\n" }, { stream: "\n" }, { aux: { ID: "sha256:1" } }], async (build, asked) => {
    const lines: string[] = [];
    const archive = await build(request(lines));
    expect(asked.context.toString()).toBe("tar");
    expect(Object.fromEntries(asked.query)).toMatchObject({ platform: "linux/amd64", forcerm: "true" });
    expect(JSON.parse(asked.query.get("buildargs")!)).toEqual({ PIP_INDEX_URL: "https://index.example/simple" });
    expect(lines).toEqual(["Step 1/2 : FROM base"]);
    expect(await text(archive)).toBe("archive");
    expect(asked.calls).toEqual(["POST /build", "GET /images/datasette-publish-build:ID/get", "DELETE /images/datasette-publish-build:ID"]);
  });
});

it("says why a build failed, with what its last step printed", async () => {
  await withEngine(
    [{ stream: "aiofiles.whl is not the file that requirements.txt names" }, { error: "returned a non-zero code: 1" }],
    async (build) => {
      const error = await build(request([])).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "ENGINE_REFUSED" });
      expect((error as Error).message).toMatch(/requirements\.txt names\n.*non-zero code/);
    },
  );
});

it("says that there is no engine", async () => {
  const build = builtImages(whose({ DOCKER_HOST: `unix://${join(dir, "none.sock")}` }));
  await expect(build(request([]))).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
});

it("passes on what breaks while the context is read", async () => {
  await withEngine([], async (build) => {
    const broken = (async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("t");
      throw new Error("the disk is gone");
    })();
    await expect(build({ ...request([]), context: broken })).rejects.toThrow("the disk is gone");
  });
});
