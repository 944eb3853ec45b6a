import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lockedVersions } from "@datasette-publish/runtime";
import { freePort, realPart } from "@datasette-publish/testkit";
import { pageOf, startPlain, type PlainDatasette } from "./plain-datasette.test-support.ts";

const bin = fileURLToPath(new URL("../bin/dev.js", import.meta.url));
const examples = fileURLToPath(new URL("../../../examples/csvs", import.meta.url));

describe.skipIf(!realPart("docker"))("publish docker with an engine", () => {
  let dir: string;
  let port: number;
  let plain: PlainDatasette;
  const name = `e2e-${process.pid}`;
  const publish = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", bin, "docker", ...args, "--json"], {
      cwd: dir,
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    expect(stderr + (status === 0 ? "" : stdout)).not.toContain("✗");
    expect(status).toBe(0);
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "publish-engine-"));
    port = await freePort();
    walDatabase(join(dir, "live wal.db"));
    copyFileSync(join(examples, "airports.csv"), join(dir, "airports.csv"));
    checkpointed(join(dir, "live wal.db"), join(dir, "plain", "live wal.db"));
    plain = await startPlain(lockedVersions["0.65"].version, dir, join(dir, "plain", "live wal.db"));
  });

  afterAll(() => {
    plain?.stop();
    spawnSync("sh", ["-c", `docker rm -f $(docker ps -aq --filter label=io.datasette.publish.site=${name})`]);
    spawnSync("docker", ["rmi", "-f", `${name}:latest`]);
    rmSync(dir, { recursive: true, force: true });
  });

  test("--run serves CSVs and SQLite side by side; a second run replaces the container and keeps its secret", async () => {
    const paths = ["airports.csv", "live wal.db", "--name", name, "--run", "--port", String(port)];
    const before = readFileSync(join(dir, "live wal.db-wal"));
    const first = publish(...paths);
    const secret = secretOf(first.deployment.facts.container);
    expect(secret).toMatch(/.{32}/);
    const records = readFileSync(join(dir, "airports.csv"), "utf8").trim().split("\n").length - 1;
    const { filtered_table_rows_count: count } = await json(new URL("data/airports.json?_size=1", first.deployment.url).href);
    expect(count).toBe(records);
    expect(readFileSync(join(dir, "live wal.db-wal")).equals(before)).toBe(true);

    const second = publish(...paths, "--no-check");
    expect(secretOf(second.deployment.facts.container)).toBe(secret);
    const running = execFileSync("docker", ["ps", "-q", "--filter", `label=io.datasette.publish.site=${name}`], { encoding: "utf8" });
    expect(running.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    "",
    ".json",
    "/t",
    "/t.json?_shape=objects",
    "/t.json?_facet=kind&_sort=n",
    "/t.csv",
    "/t/1",
    "/t/1.json",
    "/v.json",
    "?sql=select+1+as+one",
  ])("/live wal%s answers as plain Datasette does", async (path) => {
    const url = `/live~20wal${path}`;
    const [ours, theirs] = await Promise.all([pageOf(`http://127.0.0.1:${port}${url}`), pageOf(`${plain.url}${url}`)]);
    expect(ours.status).toBe(200);
    expect(ours).toEqual(theirs);
    expect(await pageOf(`http://127.0.0.1:${port}${url}`)).toEqual(theirs);
  });

  test("keeps pages of tables, and tells hits and misses; nothing for who has a cookie", async () => {
    const url = `http://127.0.0.1:${port}/live~20wal/t?_sort=n`;
    const status = async (headers = {}) => (await fetch(url, { headers })).headers.get("cache-status");
    expect(await status({ cookie: "a=b" })).toBeNull();
    expect(await status()).toBe("datasette; fwd=miss; stored");
    expect(await status()).toBe("datasette; hit");
    expect(await status({ cookie: "a=b" })).toBeNull();
  });

  test("DEBUG shows no variable of the container", () => {
    const [container = ""] = execFileSync("docker", ["ps", "-q", "--filter", `label=io.datasette.publish.site=${name}`], {
      encoding: "utf8",
    }).split("\n");
    const secret = secretOf(container)?.split("=")[1] ?? "";
    const env = { ...process.env, DEBUG: "*" };
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", bin, "logs", "docker", "--name", name], {
      encoding: "utf8",
      env,
    });
    expect(status).toBe(0);
    expect(secret).toMatch(/.{32}/);
    expect(stderr).toContain("oclif");
    expect(stdout + stderr).not.toContain(secret);
  });

  test("the container is non-root, read-only, and has no shell", () => {
    const [id] = execFileSync("docker", ["ps", "-q", "--filter", `label=io.datasette.publish.site=${name}`], { encoding: "utf8" }).split(
      "\n",
    );
    const [{ Config, HostConfig }] = JSON.parse(execFileSync("docker", ["inspect", id!], { encoding: "utf8" }));
    expect(Config.User).toBe("65532:65532");
    expect(HostConfig.ReadonlyRootfs).toBe(true);
    expect(spawnSync("docker", ["exec", id!, "/bin/sh", "-c", "true"]).status).not.toBe(0);
  });

  test("a database is stored once: in a layer of its own, and nothing of it in the container's", () => {
    const [id = ""] = ask("ps", "-q", "--filter", `label=io.datasette.publish.site=${name}`).split("\n");
    expect(ask("inspect", "--size", "--format", "{{.SizeRw}}", id)).toBe("0");
    const history = ask("history", "--no-trunc", "--format", "{{.CreatedBy}}", `${name}:latest`).split("\n");
    expect(history.filter((line) => line.includes("database live wal.db"))).toHaveLength(1);
    const { layers, packages } = JSON.parse(
      execFileSync(process.execPath, ["--conditions=source", bin, "inspect", `${name}:latest`, "--json"], {
        encoding: "utf8",
        maxBuffer: 1e8,
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
    const database = packages.find(({ name: path }: { name: string }) => path === "data/live wal.db");
    const holding = layers.filter(({ changes }: { changes: { path: string }[] }) =>
      changes.some(({ path }) => path === "data/live wal.db"),
    );
    expect(holding).toMatchObject([{ added: { files: 1, sizeBytes: database.sizeBytes } }]);
  });
});

function ask(...args: readonly string[]): string {
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

/** A database whose last rows are only in its -wal file. */
function walDatabase(path: string): void {
  const script = `
    import { DatabaseSync } from "node:sqlite";
    const db = new DatabaseSync(process.argv[1]);
    db.exec("pragma journal_mode=wal; pragma wal_autocheckpoint=0; create table t(id integer primary key, kind text, n real, b blob); create view v as select kind, count(*) as c from t group by kind");
    for (let i = 1; i <= 59; i++) db.prepare("insert into t values (?, ?, ?, ?)").run(i, ["a", "b", "ü"][i % 3], i / 4, new Uint8Array([i]));
    process.kill(process.pid, "SIGKILL");`;
  spawnSync(process.execPath, ["--input-type=module", "-e", script, path]);
}

function checkpointed(from: string, to: string): void {
  mkdirSync(join(to, ".."));
  for (const suffix of ["", "-wal"]) copyFileSync(from + suffix, to + suffix);
  const db = new DatabaseSync(to);
  db.exec("pragma wal_checkpoint(truncate); pragma journal_mode=delete");
  db.close();
}

function secretOf(container: string): string | undefined {
  const env: string[] = JSON.parse(execFileSync("docker", ["inspect", "-f", "{{json .Config.Env}}", container], { encoding: "utf8" }));
  return env.find((entry) => entry.startsWith("DATASETTE_SECRET="));
}

async function json(url: string): Promise<Record<string, unknown>> {
  return (await fetch(url)).json() as Promise<Record<string, unknown>>;
}
