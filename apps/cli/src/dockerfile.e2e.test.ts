import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openImage, validateImage } from "@datasette-publish/core/oci";
import { freePort, realPart, startRegistry } from "@datasette-publish/testkit";
import { lockedVersions } from "@datasette-publish/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canHaveBase, ownBase } from "./own-base.test-support.ts";
import { answers, pageOf, startPlain, type PlainDatasette } from "./plain-datasette.test-support.ts";
import { bin } from "./scene.test-support.ts";

/** A plugin with a function of SQL in C. */
const native = {
  "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
  "setup.py": `from setuptools import setup, Extension
setup(name="datasette-native", version="1.0", py_modules=["datasette_native"], install_requires=["datasette"],
      ext_modules=[Extension("native_c", ["native.c"])], entry_points={"datasette": ["native = datasette_native"]})
`,
  "native.c": `#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *args) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "native_c", 0, -1, methods};
PyMODINIT_FUNC PyInit_native_c(void) { return PyModule_Create(&module); }
`,
  "datasette_native.py": `from datasette import hookimpl
import native_c

@hookimpl
def prepare_connection(conn):
    conn.create_function("answer", 0, native_c.answer)
`,
};
const secret = "c".repeat(40);

/** Lists the files of the site's packages, and what of the toolchain there is. */
const look = `
import os, shutil
names = [os.path.join(root, name) for root, _, names in os.walk("/app") for name in names]
print("\\n".join(names))
print("\\n".join(tool for tool in ("gcc", "pip3", "git") if shutil.which(tool)))
`;

/** A client with BuildKit in it: Debian's 20.10, or a later one with buildx. */
const buildKit = ["/usr/bin/docker", "docker"].find((client) => {
  const { stdout } = spawnSync(client, ["--version"], { encoding: "utf8" });
  return / 20\./.test(stdout ?? "") || spawnSync(client, ["buildx", "version"], { stdio: "ignore" }).status === 0;
});

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", maxBuffer: 1e8 });

describe.skipIf(!canHaveBase("bookworm"))("a Dockerfile", () => {
  let dir: string;
  let base: string;
  let plain: PlainDatasette;
  const tags: string[] = [];
  const containers: string[] = [];
  const publish = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    JSON.parse(
      execFileSync(process.execPath, ["--conditions=source", bin, "docker", "csvs", "--builder", "dockerfile", "--json", ...args], {
        cwd: dir,
        encoding: "utf8",
        maxBuffer: 1e8,
        env: { ...process.env, ...env },
      }),
    );

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "dockerfile-"));
    for (const [name, text] of Object.entries(native)) {
      mkdirSync(join(dir, "native"), { recursive: true });
      writeFileSync(join(dir, "native", name), text);
    }
    mkdirSync(join(dir, "csvs"));
    writeFileSync(join(dir, "csvs", "pets & more.csv"), "id,name\n1,Rex\n2,Zoë\n");
    writeFileSync(join(dir, "none.txt"), "");
    base = ownBase("bookworm");
    publish({ DOCKER_HOST: "unix:///nowhere" }, "--base", "python:3.11-slim", "--generate-dir", "image", "--no-check");
    plain = await startPlain(lockedVersions["0.65"].version, dir, join(dir, "image/data/1/data.db"), {
      args: ["--metadata", join(dir, "image/site/metadata.json"), "--inspect-file", join(dir, "image/site/inspect-data.json")],
      requirements: join(dir, "none.txt"),
      cwd: dir,
    });
  }, 900_000);
  afterAll(() => {
    plain?.stop();
    for (const container of containers) spawnSync("docker", ["rm", "--force", container]);
    for (const tag of tags) spawnSync("docker", ["image", "rm", tag]);
    rmSync(dir, { recursive: true, force: true });
  });

  /** Serves an image as locked down as can be. */
  async function serve(tag: string): Promise<string> {
    tags.push(tag);
    const port = await freePort();
    const locked = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
    containers.push(docker("run", "--detach", ...locked, "--env", "PORT=9000", "-p", `127.0.0.1:${port}:9000`, tag).trim());
    await answers(`http://127.0.0.1:${port}/-/versions.json`);
    return `http://127.0.0.1:${port}`;
  }

  test("is written without an engine, with all that is needed and nothing else", () => {
    const names = readdirSync(join(dir, "image"), { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const paths = names.map(({ parentPath, name }) => join(parentPath, name).slice(join(dir, "image/").length)).sort();
    expect(paths.filter((path) => !path.startsWith("build/launcher/"))).toEqual([
      ".dockerignore",
      "Dockerfile",
      "build/install.py",
      "build/requirements.txt",
      "data/1/data.db",
      "site/inspect-data.json",
      "site/metadata.json",
    ]);
    expect(readFileSync(join(dir, "image/build/requirements.txt"), "utf8")).toMatch(
      /^datasette==0\.65\.5 \\\n {4}--hash=sha256:[0-9a-f]{64}$/m,
    );
  });

  describe.each([
    ["the classic builder", "docker", "0"],
    [buildKit === undefined ? "BuildKit, of which no client is on this machine" : "BuildKit", buildKit, "1"],
  ])("by %s", (_, client, DOCKER_BUILDKIT) => {
    test.skipIf(client === undefined && process.env["REQUIRE_REAL"] !== "1")(
      "becomes an image that answers as plain Datasette does, and holds what serves",
      async () => {
        const wheels = join(dir, "image/build/wheels");
        const fetch = ["-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version", "3.11"];
        if (!existsSync(wheels)) execFileSync("python3", [...fetch, "-r", join(dirname(wheels), "requirements.txt"), "-d", wheels]);
        const tag = `dockerfile-${process.pid}:${DOCKER_BUILDKIT}`;
        const build = ["build", "--quiet", "--network", "none", "--build-arg", `BASE=${base}`, "--tag", tag, "image"];
        execFileSync(client!, build, { cwd: dir, env: { ...process.env, DOCKER_BUILDKIT } });
        const url = await serve(tag);
        for (const path of [
          "/",
          "/data",
          "/data/pets~20~26~20more",
          "/data/pets~20~26~20more.json?_shape=objects",
          "/data/none",
          "/-/plugins.json",
        ])
          expect(await pageOf(url + path)).toEqual(await pageOf(plain.url + path));
        const [config] = JSON.parse(docker("image", "inspect", tag)) as [{ Config: { User: string; Entrypoint: string[] } }];
        expect(config.Config).toMatchObject({
          User: "65532:65532",
          Entrypoint: expect.arrayContaining(["python3", "-I", "/app/start.pyc"]),
        });
        const found = docker("exec", containers.at(-1)!, "python3", "-c", look);
        expect(found).toContain("/app/packages/datasette/app.pyc");
        expect(found).not.toMatch(/\.(py|c|pyd|pxd)$|\/tests\/|\/(pip|setuptools)\/|^(gcc|pip3|git)$/m);
        expect(docker("exec", containers.at(-1)!, "python3", "-I", "/app/start.pyc", "healthcheck")).toBe("");
      },
    );
  });

  test.skipIf(!realPart("registry"))("becomes an image that is pushed, archived and run as any other", async () => {
    const registry = await startRegistry();
    const name = `dockerfile-aims-${process.pid}`;
    const port = await freePort();
    tags.push(`${name}:latest`);
    try {
      const reference = `${registry.host}/pets:1`;
      const aims = ["--push", reference, "--archive", "pets.tar", "--run", "--port", String(port)];
      publish({}, "--base", base, "--name", name, "--no-check", ...aims);
      containers.push(docker("ps", "--quiet", "--filter", `label=io.datasette.publish.site=${name}`).trim());
      const [pushed, archived] = await Promise.all([
        openImage(reference, { workDir: dir, from: "registry" }, { report: () => {} }),
        openImage(join(dir, "pets.tar"), { workDir: dir, from: "archive" }, { report: () => {} }),
      ]);
      await validateImage(pushed);
      expect(archived.configDigest).toBe(pushed.configDigest);
      const path = "/data/pets~20~26~20more.json?_shape=objects";
      await answers(`http://127.0.0.1:${port}/-/versions.json`);
      expect(await pageOf(`http://127.0.0.1:${port}${path}`)).toEqual(await pageOf(plain.url + path));
    } finally {
      await registry.stop();
    }
  });

  test("compiles a plugin in the stage that is thrown away, for the engine to run", async () => {
    const tag = `dockerfile-${process.pid}:native`;
    const result = publish(
      { DATASETTE_SECRET: secret },
      "--base",
      base,
      "--tag",
      tag,
      "--install",
      "./native",
      "--apt-get-install",
      "tree",
      "--env",
      "DATASETTE_SECRET",
      "--name",
      "dockerfile-native",
    );
    expect(result.warnings).toEqual([expect.objectContaining({ code: "PLUGIN_UNCHECKED" })]);
    const url = await serve(tag);
    expect(await (await fetch(`${url}/data.json?sql=select+answer()&_shape=arrayfirst`)).json()).toEqual([42]);
    const found = docker("exec", containers.at(-1)!, "python3", "-c", look);
    expect(found).toMatch(/\/app\/packages\/native_c\..*\.so$/m);
    expect(found).not.toMatch(/\.(py|c)$|^(gcc|pip3|git)$/m);
    expect(docker("exec", containers.at(-1)!, "tree", "--version")).toContain("tree");
    const told = docker("history", "--no-trunc", tag) + docker("image", "inspect", tag);
    expect(told).not.toContain(secret);
    expect(told).not.toMatch(/PIP_INDEX_URL=|PIP_EXTRA/);
    expect(docker("images", "--quiet", "datasette-publish-build")).toBe("");
  }, 900_000);
});
