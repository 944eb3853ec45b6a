import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { writeArchive } from "@datasette-publish/core";
import { openImage, unpackLayer, validateImage } from "@datasette-publish/core/oci";
import { realPart, sampleImage } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { savedImages } from "./index.ts";
import { whose } from "./whose.test-support.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "saved-images-"));
});
afterAll(() => rm(dir, { recursive: true }));

describe.skipIf(!realPart("docker"))("a real engine", () => {
  const reference = `saved-images-test-${process.pid}:v1`;
  const engine = savedImages(whose(process.env));
  afterAll(() => void spawnSync("docker", ["image", "rm", "--force", reference]));

  it("gives back the image that it was given, file by file", async () => {
    const image = await sampleImage(dir, Buffer.from("database"));
    const { file } = await writeArchive(image, join(dir, "site.tar"), reference);
    execFileSync("docker", ["load", "--quiet", "--input", file]);
    const found = await openImage(reference, { workDir: join(dir, "work"), engine }, { report: () => {} });
    expect(found).toMatchObject({ from: "engine", configDigest: image.configDigest });
    await validateImage(found);
    for (const [at, layer] of found.layers.entries()) {
      expect(layer).toMatchObject({ diffId: image.layers[at]!.diffId, createdBy: image.layers[at]!.createdBy });
      expect(await buffer(unpackLayer(layer))).toEqual(await buffer(unpackLayer(image.layers[at]!)));
    }
  });

  it("says that it has no such image", async () => {
    expect(await engine("saved-images-test-absent:v1")).toBeNull();
  });
});

let engines = 0;

/** Asks an engine that answers its ping, and then as `answer` does. */
async function ask(answer: RequestListener, use: (engine: ReturnType<typeof savedImages>) => Promise<unknown>): Promise<void> {
  const server = createServer((request, response) => (request.url === "/_ping" ? response.end("OK") : answer(request, response)));
  const socket = join(dir, `engine-${++engines}.sock`);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    await use(savedImages(whose({ DOCKER_HOST: `unix://${socket}` })));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Gives the beginning of an archive, and leaves the rest to `act`. */
function giveHalf(act: (response: ServerResponse) => void): RequestListener {
  return ({ url }, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    if (url === "/images/a/json") response.end("{}");
    else response.write("half", () => act(response));
  };
}

it("tells what the engine refuses", () =>
  ask(
    (_, response) => response.writeHead(500, { "content-type": "application/json" }).end('{"message":"disk broken"}'),
    (engine) =>
      expect(engine("a")).rejects.toMatchObject({ code: "ENGINE_REFUSED", message: expect.stringContaining("disk broken") as string }),
  ));

it("tells that the engine went away in the middle of an archive", () =>
  ask(
    giveHalf((response) => void setImmediate(() => response.destroy())),
    async (engine) => expect(buffer((await engine("a"))!)).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" }),
  ));

it("stops when it is told to", async () => {
  const stop = new AbortController();
  await ask(
    giveHalf(() => {}),
    async (engine) => {
      const archive = await engine("a", stop.signal);
      const read = async () => {
        for await (const _ of archive!) stop.abort();
      };
      await expect(read()).rejects.toMatchObject({ name: "AbortError" });
    },
  );
});

it("says that no engine answers", async () => {
  const engine = savedImages(whose({ DOCKER_HOST: `unix://${join(dir, "nothing.sock")}` }));
  await expect(engine("a")).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
});
