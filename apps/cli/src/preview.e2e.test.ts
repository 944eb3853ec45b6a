import { spawn } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, makeScene, type Scene } from "./scene.test-support.ts";

let scene: Scene;

beforeAll(() => {
  scene = makeScene();
});
afterAll(() => scene.remove());

/** Starts `publish preview`; `lines` are what it printed until its address was there. */
async function preview(...flags: string[]) {
  const args = ["--conditions=source", bin, "preview", "pets", ...flags];
  const child = spawn(process.execPath, args, { cwd: scene.dir, env: scene.env, stdio: ["ignore", "pipe", "ignore"] });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const lines = said.toString().trimEnd().split("\n");
  const url = lines.at(-1)?.split(" ").at(-1) ?? "";
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { lines, url, stop };
}

async function ask(url: string, host: string): Promise<IncomingMessage> {
  const [response] = (await once(httpRequest(url, { headers: { host } }).end(), "response")) as [IncomingMessage];
  return response.resume();
}

describe("publish preview", () => {
  test("ends its last line with the address, and is for this machine alone", async () => {
    const { lines, url, stop } = await preview();
    expect(lines.at(-1)).toMatch(/ http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await ask(`${url}data/cats.json`, "localhost");
    expect(response.statusCode).toBe(200);
    expect(response.headers).not.toHaveProperty("access-control-allow-origin");
    expect((await ask(url, "pets.test")).statusCode).toBe(421);
    await stop();
  });

  test("answers to other names and other sites' pages when told", async () => {
    const { url, stop } = await preview("--allow-host", "pets.test", "--allow-host", "dogs.test", "--cors");
    for (const host of ["pets.test", "dogs.test:8001", "127.0.0.1"]) {
      const response = await ask(`${url}data/cats.json`, host);
      expect(response.statusCode).toBe(200);
      expect(response.headers["access-control-allow-origin"]).toBe("*");
    }
    await stop();
  });

  test("refuses an address for a name", () => {
    const { status, stdout } = scene.publish(["preview", "pets", "--once", "--allow-host", "http://pets.test", "--json"]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "OPTION_INVALID", facts: { option: "allowHosts" } } });
  });
});
