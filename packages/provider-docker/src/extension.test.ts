import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Extension, OptionSpecs, OptionsOf } from "@datasette-publish/core/provider";
import { describeProviderContract, freePort } from "@datasette-publish/testkit";
import { afterAll } from "vitest";
import { FakeEngine } from "./fake-engine.test-support.ts";
import docker from "./index.ts";

const options = {
  server: { type: "string", description: "Server with a Docker engine", required: true, remember: true },
  port: { type: "integer", description: "Port of the site", default: 8006, remember: true },
} as const satisfies OptionSpecs;

/** A server of one's own: all that it says is where the engine is, and where its sites serve. */
const box: Extension<OptionsOf<typeof options>> = {
  interface: 1,
  name: "box",
  title: "Box",
  description: "A server with a Docker engine",
  options,
  extends: {
    provider: "docker",
    given: ({ options: { server, port } }) => ({
      options: { run: true, bind: "127.0.0.1", port },
      env: { DOCKER_HOST: `tcp://${server}` },
    }),
  },
};

const dir = await mkdtemp(join(tmpdir(), "box-"));
const engine = new FakeEngine(dir);
engine.misbehaviour.rows = 2;
await engine.listen();
const server = `0.0.0.0:${await engine.listenElsewhere()}`;
const port = await freePort();
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true, force: true });
});

describeProviderContract(box, {
  base: docker,
  options: () => ({ server, port }),
  refused: { options: { server: "127.0.0.1:1" }, code: "ENGINE_UNREACHABLE" },
  running() {
    const container = engine.containers.find(({ running }) => running);
    const variables = container?.spec.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]) ?? [];
    return container ? { image: container.image ?? "", variables: Object.fromEntries(variables) } : null;
  },
  hold: (signal) => engine.hold(signal),
  cleanup: () => engine.clear(),
  effects: () => engine.containers.map(({ name }) => ({ verb: "run", target: name })),
});
