import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish, providerInterface, type Image, type Provider, type ProviderContext, type PublishRequest } from "@datasette-publish/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type * as interface1 from "../fixtures/interface-1/interface-1.d.ts";
import { describeProviderContract } from "./contract.ts";
import { fakeRuntime } from "./contract-scene.ts";

const fixture = new URL("../fixtures/interface-1/index.js", import.meta.url);
const { default: shelf } = (await import(fixture.href)) as { default: interface1.Provider };

type Holds<_T extends true> = true;
type Fits<From, To> = [From] extends [To] ? true : false;
/** tsc checks these: what providers of interface 1 hand over is still taken, and what they are handed is still there. */
export type Compatible = [
  Holds<Fits<interface1.Provider, Provider>>,
  Holds<Fits<ProviderContext, interface1.ProviderContext>>,
  Holds<Fits<Parameters<Provider["check"]>[0], Parameters<interface1.Provider["check"]>[0]>>,
  Holds<Fits<Image, interface1.Image>>,
  Holds<Fits<interface1.Deployment, Awaited<ReturnType<Provider["publish"]>>>>,
];

describeProviderContract(shelf, {
  mode: "compiled against interface 1",
  options: (dir) => ({ folder: join(dir, "shelf"), open: true, timeout: 3 }),
  refused: { options: { timeout: 0 }, code: "OPTION_INVALID" },
});

describe("a provider of another interface", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "interface-test-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
  });
  afterEach(() => rm(dir, { recursive: true }));

  const request = (options: PublishRequest["options"]): PublishRequest => ({
    paths: [join(dir, "pets.csv")],
    convert: {},
    site: { name: "pets" },
    options,
    env: {},
    runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
  });

  it("publishes as it did when it is older, with options of its own that are common by now", async () => {
    const { deployment } = await publish(shelf, request({ folder: dir, timeout: 30 }), { report: () => {} });
    expect(deployment).toMatchObject({ provider: "shelf", id: join(dir, "pets.tar"), facts: { days: 30, databases: 1 } });
  });

  it.each([
    [providerInterface + 1, "datasette-publish"],
    [0, "provider shelf"],
  ])("is refused when it is of interface %i, saying to upgrade %s", async (version, upgraded) => {
    const other: Provider = { ...shelf, interface: version };
    await expect(publish(other, request({ folder: dir }), { report: () => {} })).rejects.toMatchObject({
      code: "PROVIDER_INCOMPATIBLE",
      hint: expect.stringMatching(new RegExp(`^Upgrade .*${upgraded}`)) as string,
      facts: { wanted: version, supported: providerInterface },
    });
  });
});
