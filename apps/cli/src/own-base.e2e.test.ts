import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { push } from "@datasette-publish/core";
import { realPart, registryLogin, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageOf } from "./inspect/image.test-support.ts";
import { makeScene, type Scene } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("a base in a registry that asks for a password", () => {
  let scene: Scene;
  let registry: RunningRegistry;
  beforeAll(async () => {
    scene = makeScene();
    registry = await startRegistry({ asks: true });
    const image = await imageOf(scene.dir, { "usr/bin/python3.8": 1000 });
    await push([image], `${registry.host}/company/base:1`, { credentials: registryLogin }, { report: () => {} });
  });
  afterAll(async () => {
    await registry.stop();
    scene.remove();
  });

  const errorOf = () => {
    const base = ["--builder", "dockerfile", "--base", `${registry.host}/company/base:1`, "--generate-dir", "image"];
    const { status, stdout } = scene.publish(["docker", "pets", ...base, "--json"]);
    expect(status).toBe(2);
    return JSON.parse(stdout).error;
  };

  test("cannot be seen without a login, which is said", () => {
    expect(errorOf()).toMatchObject({
      code: "BASE_UNSUITABLE",
      message: expect.stringContaining("cannot be seen"),
      remedies: expect.arrayContaining([expect.objectContaining({ action: "run", run: ["docker", "login", registry.host] })]),
    });
  });

  test("is looked into with what docker login left", () => {
    const auth = Buffer.from(`${registryLogin.username}:${registryLogin.password}`).toString("base64");
    mkdirSync(join(scene.dir, ".docker"));
    writeFileSync(join(scene.dir, ".docker", "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    expect(errorOf()).toMatchObject({ code: "BASE_UNSUITABLE", message: expect.stringContaining("has Python 3.8") });
  });
});
