import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject, type OptionValues, type PublishEvent, type SitePlatform } from "@datasette-publish/core";
import { describeProviderContract, fakeRuntime, realPart, startRegistry, publishSite } from "@datasette-publish/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect } from "./engine.ts";
import docker from "./index.ts";
import { whose } from "./whose.test-support.ts";

const noEngine = { DOCKER_HOST: "unix:///nowhere/docker.sock" };

describeProviderContract(docker, {
  mode: "archive",
  options: (dir) => ({ archive: join(dir, "site.tar") }),
  env: noEngine,
  refused: { options: { run: true }, code: "ENGINE_UNREACHABLE" },
});

describeProviderContract(docker, {
  mode: "layout of two platforms",
  options: (dir) => ({ layout: join(dir, "layout"), platform: ["linux/amd64", "linux/arm64"] }),
  env: noEngine,
  refused: { options: { push: "Not A Reference" }, code: "REFERENCE_INVALID" },
});

const engineIsReal = realPart("docker");
if (engineIsReal)
  describeProviderContract(docker, {
    mode: "engine",
    options: () => ({ tag: "datasette-publish-contract:test" }),
    env: process.env,
    refused: { env: noEngine, options: { run: true }, code: "ENGINE_UNREACHABLE" },
    cleanup: async () => {
      const engine = await connect(whose(process.env));
      await engine
        ?.getImage("datasette-publish-contract:test")
        .remove({ force: true })
        .catch(() => {});
    },
  });

describe.skipIf(!realPart("registry"))("with a registry", () => {
  it("pushes an index without an engine", async () => {
    const registry = await startRegistry();
    const dir = await mkdtemp(join(tmpdir(), "docker-push-"));
    try {
      await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
      const reference = `${registry.host}/me/pets:v1`;
      const request = {
        project: openProject([join(dir, "pets.csv")]),
        options: { push: reference, platform: ["linux/amd64", "linux/arm64"] },
        env: noEngine,
        runtime: (platform: SitePlatform) => fakeRuntime(platform, join(dir, "runtime")),
      };
      const { deployment } = await publishSite(docker, request, { report: () => {} });
      const answer = await fetch(`${registry.url}/v2/me/pets/manifests/v1`, {
        headers: { accept: "application/vnd.oci.image.index.v1+json" },
      });
      expect(answer.headers.get("docker-content-digest")).toBe(deployment?.facts["digest"]);
      expect(deployment).toMatchObject({ id: reference, url: null });
    } finally {
      await registry.stop();
      await rm(dir, { recursive: true, force: true });
    }
  });
});

describe("options", () => {
  let dir: string;
  const events: PublishEvent[] = [];
  beforeEach(async () => {
    events.length = 0;
    dir = await mkdtemp(join(tmpdir(), "docker-test-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const run = (options: OptionValues, env: Record<string, string | undefined> = noEngine, dryRun = false, variables: string[] = []) =>
    publishSite(
      docker,
      {
        project: openProject([join(dir, "pets.csv")], { name: "pets" }),
        options,
        env,
        dryRun,
        variables,
        runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
      },
      { report: (event) => events.push(event) },
    );

  it("writes <site>.tar beside the user when there is no engine, and says so", async () => {
    expect((await run({}, noEngine, true)).plan).toEqual([{ verb: "write", target: join(process.cwd(), "pets.tar") }]);
    const former = process.cwd;
    process.cwd = () => dir;
    try {
      const { deployment } = await run({});
      expect(deployment).toMatchObject({ id: join(dir, "pets.tar"), url: null });
      expect(events).toContainEqual(expect.objectContaining({ type: "warned", code: "ENGINE_UNREACHABLE" }));
      expect((await readFile(join(dir, "pets.tar"))).byteLength).toBe(deployment?.facts["archiveSizeBytes"]);
    } finally {
      process.cwd = former;
    }
  });

  it("combines an archive and a layout", async () => {
    const options = { archive: join(dir, "a.tar"), layout: join(dir, "layout") };
    const { deployment } = await run(options);
    expect(deployment?.facts).toMatchObject({ archive: options.archive, layout: options.layout });
    expect(deployment?.next).toMatchObject([
      { action: "run", run: ["docker", "load", "-i", options.archive] },
      { action: "run", run: expect.arrayContaining(["docker", "run"]) as string[] },
      { action: "run", run: ["skopeo", "inspect", `oci:${options.layout}`] },
    ]);
  });

  it.each([
    [{ platform: ["linux/amd64", "linux/arm64"] }, "OPTION_INVALID"],
    [{ platform: ["linux/amd64", "linux/arm64"], layout: "x", archive: "y" }, "OPTION_INVALID"],
    [{ platform: "linux/s390x" }, "OPTION_INVALID"],
    [{ port: 0 }, "OPTION_INVALID"],
    [{ port: 8007 }, "OPTION_INVALID"],
    [{ tag: "me/pets", push: "ghcr.io/me/pets" }, "OPTION_INVALID"],
    [{ run: true, port: 0 }, "OPTION_INVALID"],
    [{ tag: "UPPER" }, "REFERENCE_INVALID"],
    [{ run: true }, "ENGINE_UNREACHABLE"],
  ])("refuses %o with %s", async (options, code) => {
    await expect(run(options)).rejects.toMatchObject({ code });
    expect(events.flatMap((event) => (event.type === "step.started" ? [event.id] : [])).filter((id) => id !== "provider.check")).toEqual(
      [],
    );
  });

  it.each([{ archive: "pets.csv" }, { layout: "." }])("leaves what is at %o alone, before it builds", async (target) => {
    const [[name, path] = ["", ""]] = Object.entries(target);
    await expect(run({ [name]: join(dir, path) })).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
    expect(events.some((event) => event.type === "step.started" && event.id !== "provider.check")).toBe(false);
  });

  it("says which variables a container needs", async () => {
    const variables = ["PASSWORD=canary-value"];
    const { deployment } = await run({ archive: join(dir, "a.tar"), layout: join(dir, "layout") }, noEngine, false, variables);
    const [, container, layout] = deployment?.next ?? [];
    expect(container).toMatchObject({ run: expect.arrayContaining(["-e", "PASSWORD"]) as string[] });
    expect(layout?.note).toContain("-e PASSWORD");
    expect(JSON.stringify(deployment)).not.toMatch(/canary-value|DATASETTE_SECRET/);
  });

  it("will not --run in an engine elsewhere", async () => {
    await expect(run({ run: true }, { DOCKER_HOST: "ssh://example.org" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it.runIf(engineIsReal)("says that a port is taken before it builds", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(run({ run: true, port }, process.env)).rejects.toMatchObject({ code: "PORT_TAKEN", facts: { port } });
    server.close();
  });
});
