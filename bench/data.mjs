// What a large database costs to publish: compressing, an unchanged publish, memory, disk. See bench/README.md.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

const core = fileURLToPath(new URL("../packages/core/dist/", import.meta.url));
const bin = fileURLToPath(new URL("../apps/cli/bin/run.js", import.meta.url));
const ctx = { report: () => {} };
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** A database of visits, the same each time: names, places and notes of repeated words, days, numbers, one index. */
export function makeDatabase(file, sizeBytes) {
  let state = 1;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;
  const letters = () => String.fromCharCode(97 + random(26));
  const words = Array.from({ length: 4000 }, () => Array.from({ length: 3 + random(8) }, letters).join(""));
  const word = () => words[random(words.length)];
  const db = new DatabaseSync(file);
  db.exec("pragma journal_mode = off; pragma synchronous = off");
  db.exec("create table visits (id integer primary key, name text, place text, day text, value real, note text)");
  const insert = db.prepare("insert into visits values (null, ?, ?, ?, ?, ?)");
  db.exec("begin");
  // The index takes a seventh of the file.
  while (db.prepare("pragma page_count").get().page_count * 4096 < sizeBytes * 0.86)
    for (let i = 0; i < 10_000; i++) {
      const day = `20${10 + random(16)}-0${1 + random(9)}-${10 + random(18)}`;
      insert.run(`${word()} ${word()}`, words[random(200)], day, random(1e6) / 100, Array.from({ length: 6 }, word).join(" "));
    }
  db.exec("commit; create index by_place on visits (place)");
  db.close();
}

/** Compresses a database as one layer, by each compressor in turn with the one that code has. */
export async function compressing(dir, pair) {
  const { fixedGzip, nativeGzip, nativeZstd } = await import(`${core}oci/compressors.js`);
  const { writeLayer } = await import(`${core}oci/layer.js`);
  const source = join(dir, "visits.db");
  const layerBy = (compressor) => async () => {
    const [started, usage] = [performance.now(), process.cpuUsage()];
    const layer = await writeLayer([{ name: "data/visits.db", mode: 0o444, source }], join(dir, "layers"), "visits", ctx, { compressor });
    const { user, system } = process.cpuUsage(usage);
    last.set(compressor, { sizeBytes: layer.descriptor.size, processorMs: (user + system) / 1000 });
    return performance.now() - started;
  };
  const last = new Map();
  const by = [
    ["zlib 6    ", nativeGzip(6)],
    ["zlib 1    ", nativeGzip(1)],
    ["zstd 3    ", nativeZstd],
  ];
  for (const [name, compressor] of by) {
    await pair(name, layerBy(compressor), "one thread", layerBy(fixedGzip));
    const [one, other] = [last.get(compressor), last.get(fixedGzip)];
    const processor = (other.processorMs / one.processorMs).toFixed(1);
    console.log(
      `sizes  ${megabytes(one.sizeBytes)}, ${megabytes(other.sizeBytes)} of ${megabytes(statSync(source).size)}; processor time ${processor}x`,
    );
  }
  rmSync(join(dir, "layers"), { recursive: true });
}

/** Publishes a database to a registry of its own, then again, then with another title: seconds, most memory, bytes in the temporary folder. */
export async function publishing(dir) {
  const registry = await startRegistry(dir);
  try {
    const env = { ...process.env, XDG_CACHE_HOME: join(dir, "cache"), TMPDIR: join(dir, "tmp") };
    mkdirSync(env.TMPDIR, { recursive: true });
    const args = ["docker", join(dir, "visits.db"), "--push", `${registry.host}/visits:1`, "--name", "visits", "--no-check"];
    for (const [what, ...more] of [["first"], ["unchanged"], ["another title", "--title", "Visits"]]) {
      const { seconds, peakBytes, diskBytes } = await measured([...args, ...more], env);
      console.log(
        `publish, ${what.padEnd(13)}  ${seconds.toFixed(2)} s, ${megabytes(peakBytes)} of memory, ${megabytes(diskBytes)} of temporary files`,
      );
    }
  } finally {
    registry.stop();
  }
}

const docker = (...args) => execFileSync("docker", args, { encoding: "utf8" }).trim();

/** Runs a published database in the engine: what it stores in the container's own layer, and how often it stores the database. */
export function storing(dir) {
  const name = "publish-bench-data";
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const args = ["docker", join(dir, "visits.db"), "--run", "--port", port, "--name", name, "--no-check", "--json"];
  const { deployment } = JSON.parse(
    execFileSync(process.execPath, [bin, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  );
  const { container } = deployment.facts;
  try {
    const own = docker("inspect", "--size", "--format", "{{.SizeRw}}", container);
    const sizes = docker("history", "--human=false", "--format", "{{.Size}}", `${name}:latest`).split("\n").map(Number);
    const database = statSync(join(dir, "visits.db")).size;
    const holding = sizes.filter((size) => size >= database).length;
    console.log(`container's own layer  ${own} B; layers that hold the ${megabytes(database)}  ${holding} of ${sizes.length}`);
  } finally {
    docker("rm", "-f", container);
    docker("rmi", `${name}:latest`);
  }
}

async function measured(args, env) {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  let [peakBytes, diskBytes] = [0, 0];
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
    diskBytes = Math.max(diskBytes, sizeOfFolder(env.TMPDIR));
  }, 50);
  const [status] = await once(child, "exit");
  clearInterval(look);
  if (status !== 0) throw new Error(`publish ${args.join(" ")} exited with ${status}: ${said}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes, diskBytes };
}

/** Linux keeps the most that a process had. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function sizeOfFolder(dir) {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

async function startRegistry(dir) {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  free.close();
  const config = join(dir, "registry.yml");
  const storage = `storage: {filesystem: {rootdirectory: ${JSON.stringify(join(dir, "registry"))}}}`;
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n${storage}\nhttp: {addr: "127.0.0.1:${port}", secret: bench}\n`,
  );
  const child = spawn(process.env.REGISTRY ?? "docker-registry", ["serve", config], { stdio: "ignore" });
  const host = `localhost:${port}`;
  while (!(await fetch(`http://${host}/v2/`).catch(() => null))?.ok) await new Promise((resolve) => setTimeout(resolve, 50));
  return { host, stop: () => child.kill() };
}
