import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unpublish } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene, name } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("an app at Fly.io", () => {
  const { fake, app, machines, run, status, changes, request } = flyScene();
  const remove = () => unpublish(fly, request(), { report: () => {} });

  const post = async (path: string, body: object) => {
    const headers = { authorization: `FlyV1 ${fake().token}`, "content-type": "application/json" };
    const { ok } = await fetch(`${fake().url}/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(ok).toBe(true);
  };
  const secret = (secretName: string) => post(`/apps/${name}/secrets`, { values: { [secretName]: "theirs" } });
  const volume = () => post(`/apps/${name}/volumes`, { name: "datasette", region: "iad", size_gb: 1 });

  /** What was changed all the same while every verb refused the app. */
  async function refused(): Promise<readonly string[]> {
    const from = fake().api.requests.length;
    const unsuitable = { code: "APP_UNSUITABLE", facts: { app: name } };
    await expect(run()).rejects.toMatchObject(unsuitable);
    await expect(run({ createVolume: 1 })).rejects.toMatchObject(unsuitable);
    await expect(status()).rejects.toMatchObject(unsuitable);
    await expect(remove()).rejects.toMatchObject(unsuitable);
    return changes(from);
  }

  test("that runs something else is not touched", async () => {
    await run();
    Object.assign(machines()[0]!, { config: { image: "web" } });
    expect(await refused()).toEqual([]);
  });

  describe("of the user's own, without machines", () => {
    beforeEach(() => post("/apps", { name, org_slug: "personal" }));

    test("is used when there is nothing in it", async () => {
      expect(await status()).toBeNull();
      await expect(remove()).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
      await run();
      expect(await status()).toMatchObject({ state: "running", site: "pets" });
    });

    test.each(["DATASETTE_SECRET", "STRIPE_KEY"])("is not touched when there is a secret %s in it", async (secretName) => {
      await secret(secretName);
      expect(await refused()).toEqual([]);
    });

    test("is not touched when there is a volume in it", async () => {
      await volume();
      expect(await refused()).toEqual([]);
    });

    test("is taken over when the user marks it", async () => {
      await secret("DATASETTE_PUBLISH_SITE");
      expect(await status()).toMatchObject({ state: "unfinished" });
      await secret("DATASETTE_SECRET");
      await volume();
      await run();
      expect(app().secrets.get("DATASETTE_SECRET")).toBe("theirs");
      expect(app().volumes.size).toBe(1);
      expect(machines()).toMatchObject([{ config: { mounts: [{ path: "/volume" }] } }]);
    });
  });

  describe("when the push fails", () => {
    const registry = createServer((_, response) => response.writeHead(403).end());
    beforeAll(() => once(registry.listen(0, "127.0.0.1"), "listening"));
    afterAll(() => void registry.close());

    /** A publish whose registry refuses all. */
    function fail(variables: readonly string[] = []) {
      const env = { ...request().env, FLY_REGISTRY_HOST: `localhost:${(registry.address() as AddressInfo).port}` };
      return expect(run({}, { env, variables })).rejects.toBeDefined();
    }

    test("at first, is known as this tool's and can be removed", async () => {
      await fail();
      expect(await status()).toMatchObject({ state: "unfinished" });
      await remove();
      expect(fake().apps.size).toBe(0);
    });

    test("later, keeps its secrets as they are", async () => {
      await run();
      const from = fake().api.requests.length;
      await fail(["SECRET_OF_MINE=aboutSixLetters"]);
      expect(changes(from)).toEqual([]);
      expect(app().secrets.has("SECRET_OF_MINE")).toBe(false);
    });
  });

  test("that a first publish left without machines is found and removed", async () => {
    fake().api.fail("POST /apps/{app_name}/machines", { status: 422, body: { error: "no" } });
    await expect(run()).rejects.toMatchObject({ code: "HOST_REFUSED" });
    expect(await status()).toMatchObject({ state: "unfinished" });
    await remove();
    expect(fake().apps.size).toBe(0);
  });
});
