// Paired measurements, printed as medians and ratios. See bench/README.md.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "apps/cli/bin/run.js");
const runs = Number(process.env.RUNS ?? 5);
const dir = mkdtempSync(join(tmpdir(), "publish-bench-"));
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function timed(command, args, options = {}) {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd: dir, encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${status}: ${stderr}`);
  return performance.now() - started;
}

function publish(...args) {
  return JSON.parse(
    execFileSync(process.execPath, [bin, "docker", ...args, "--json"], { cwd: dir, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
}

function smallFolder() {
  mkdirSync(join(dir, "small"));
  const records = Array.from({ length: 1000 }, (_, i) => `${i},name ${i},${i / 4}`);
  writeFileSync(join(dir, "small", "small.csv"), ["id,name,value", ...records].join("\n"));
}

/** A CSV file of ten columns of all types. */
function writePeople(file, rows) {
  const out = openSync(file, "w");
  writeSync(out, "id,name,zip,amount,joined,email_sent,lat,lon,category,notes\n");
  for (let start = 0; start < rows; start += 10_000) {
    const records = Array.from({ length: Math.min(10_000, rows - start) }, (_, at) => personAt(start + at));
    writeSync(out, records.join(""));
  }
  closeSync(out);
}

function personAt(i) {
  const day = `${2000 + (i % 25)}-${String((i % 12) + 1).padStart(2, "0")}-${String((i % 28) + 1).padStart(2, "0")}`;
  const zip = String((i * 7919) % 100_000).padStart(5, "0");
  const notes = i % 10 === 0 ? `"said ""yes"", then left; number ${i}"` : "";
  const place = `${(((i * 37) % 180_000) / 1000 - 90).toFixed(3)},${(((i * 91) % 360_000) / 1000 - 180).toFixed(3)}`;
  return `${i},Person ${i},${zip},${((i * 137) % 100_000) / 100},${day},${i % 2},${place},group ${i % 40},${notes}\n`;
}

/** Medians of A and B, and the median of the pairwise ratios. */
async function pair(nameA, a, nameB, b) {
  const times = [];
  for (let i = 0; i <= runs; i++) times.push([await a(), await b()]);
  const counted = times.slice(1);
  const [ms, peerMs, ratio] = [counted.map(([x]) => x), counted.map(([, y]) => y), counted.map(([x, y]) => x / y)].map(median);
  console.log(
    `${nameA}  ${(ms / 1000).toFixed(2)} s\n${nameB}  ${(peerMs / 1000).toFixed(2)} s\nratio  ${ratio.toFixed(3)} (${(1 / ratio).toFixed(1)}x), ${runs} pairs`,
  );
}

const benches = {
  size() {
    for (const architecture of ["amd64", "arm64"]) {
      publish(join(root, "examples/csvs"), "--no-check", "--archive", "a.tar", "--platform", `linux/${architecture}`);
      const { layers } = JSON.parse(readFileSync(join(root, `packages/runtime/layers/linux-${architecture}-0.65.json`), "utf8"));
      const sum = (of) => layers.reduce((total, layer) => total + of(layer), 0);
      console.log(
        `${architecture}  ${megabytes(sum((l) => l.unpackedSizeBytes))} unpacked (45), ${megabytes(sum((l) => l.descriptor.size))} gzip (16)`,
      );
    }
  },
  async package() {
    smallFolder();
    timed(process.execPath, [bin, "convert", "small", "small.db"]);
    const peer = process.env.DATASETTE ?? "datasette";
    // A byte more of metadata each time: the peer's engine may not answer from its build cache, nor may we.
    let run = 0;
    const title = () => `run ${run++}`;
    await pair(
      "publish docker --archive --no-check",
      () => timed(process.execPath, [bin, "docker", "small", "--archive", "small.tar", "--no-check", "--title", title()]),
      "datasette package                  ",
      () => timed(peer, ["package", "small.db", "-t", "publish-bench-peer", "--title", title()]),
    );
    console.log(`with the check  ${(timed(process.execPath, [bin, "docker", "small", "--archive", "small.tar"]) / 1000).toFixed(2)} s`);
  },
  async convert() {
    const csv = join(dir, "people.csv");
    writePeople(csv, Number(process.env.ROWS ?? 1_000_000));
    const peer = process.env.BASE;
    if (peer === undefined) throw new Error("BASE is to name a built checkout to compare with.");
    const converts = (of) => () => timed(process.execPath, [of, "convert", csv, join(dir, "people.db"), "--force"]);
    await pair("this checkout", converts(bin), "BASE         ", converts(join(peer, "apps/cli/bin/run.js")));
  },
  async preview() {
    const database = join(dir, "csvs.db");
    const csvs = join(root, "examples/csvs");
    timed(process.execPath, [bin, "convert", csvs, database]);
    execFileSync("pnpm", ["--dir", join(root, "packages/preview"), "run", "snapshot:build"], { stdio: "ignore" });
    const boot = (from) => Number(execFileSync(process.execPath, [join(root, "bench/boot.mjs"), from, database], { encoding: "utf8" }));
    await pair(
      "boot from the snapshot",
      () => boot("snapshot"),
      "boot from wheels      ",
      () => boot("wheels"),
    );
    const archive = (...more) => timed(process.execPath, [bin, "docker", csvs, "--archive", "csvs.tar", ...more]);
    await pair(
      "publish docker --archive, with the check",
      () => archive(),
      "publish docker --archive --no-check     ",
      () => archive("--no-check"),
    );
    const times = [];
    for (let i = 0; i <= runs; i++) times.push(await firstPage(csvs));
    console.log(`publish preview, first page  ${(median(times.slice(1)) / 1000).toFixed(2)} s`);
  },
  async crowd() {
    const database = join(dir, "data.db");
    timed(process.execPath, [bin, "convert", join(root, "examples/csvs"), database]);
    const { crowd } = await import("./crowd.mjs");
    await crowd(database);
  },
  async data() {
    const { makeDatabase, compressing, publishing } = await import("./data.mjs");
    makeDatabase(join(dir, "visits.db"), Number(process.env.MEGABYTES ?? 245) * 1e6);
    if (process.env.MEGABYTES === undefined) await compressing(dir, pair);
    await publishing(dir);
  },
  async stored() {
    const { makeDatabase, storing } = await import("./data.mjs");
    makeDatabase(join(dir, "visits.db"), Number(process.env.MEGABYTES ?? 500) * 1e6);
    storing(dir);
  },
  async start() {
    smallFolder();
    publish("small", "--no-check", "--tag", "publish-bench:bytecode");
    await importSources("publish-bench:bytecode", "publish-bench:sources");
    await pair(
      "bytecode",
      () => firstOfOurs("bytecode"),
      "sources ",
      () => firstOfOurs("sources"),
    );
    timed(process.execPath, [bin, "convert", "small", "small.db"]);
    timed(process.env.DATASETTE ?? "datasette", ["package", "small.db", "-t", "publish-bench-peer"]);
    await pair(
      "publish docker   ",
      () => firstOfOurs("bytecode"),
      "datasette package",
      () => firstAnswer("publish-bench-peer", { inside: 8001, path: "small/small.json" }),
    );
    execFileSync("docker", ["rmi", "publish-bench:bytecode", "publish-bench:sources", "publish-bench-peer"]);
  },
  async dockerfile() {
    const { buildSteps } = await import("./steps.mjs");
    const base = process.env.BASE ?? "datasette-publish-base:bookworm-1";
    const csvs = join(root, "examples/csvs");
    const database = join(dir, "data.db");
    timed(process.execPath, [bin, "convert", csvs, database]);
    const images = buildSteps(dir, { base, csvs, database });
    const ours = [...images.map((image) => ({ ...image, inside: 8006 })), ...buildOurs(csvs, base)];
    timed(process.env.DATASETTE ?? "datasette", ["package", database, "-t", "publish-bench:peer"]);
    const [own, assembled] = ours.slice(-2).map(({ reference }) => reference);
    console.log(execFileSync(process.execPath, [bin, "inspect", own, assembled], { cwd: dir, encoding: "utf8", maxBuffer: 1e8 }));
    const all = [...ours, { title: "`datasette package`", reference: "publish-bench:peer", inside: 8001 }];
    // Every image in each round, so that other work on the machine slows all of them; the first round warms the engine.
    const rounds = [];
    for (let i = 0; i <= runs; i++) {
      const times = new Map();
      for (const { reference, inside } of all) times.set(reference, await firstAnswer(reference, { inside, path: "-/databases.json" }));
      rounds.push(times);
    }
    console.log(`| image of examples/csvs, on ${base} | unpacked | first answer |\n|---|---|---|`);
    for (const { title, reference } of all) {
      const ms = median(rounds.slice(1).map((times) => times.get(reference)));
      console.log(`| ${title} | ${megabytes(sizeOf(reference))} | ${(ms / 1000).toFixed(2)} s |`);
      execFileSync("docker", ["rmi", reference]);
    }
  },
};

/** The site by our two builders. */
function buildOurs(csvs, base) {
  const built = {
    "`--builder dockerfile`: bytecode in the place of sources, no tests, no pip": ["--builder", "dockerfile", "--base", base],
    "`--builder assemble`: no base": [],
  };
  return Object.entries(built).map(([title, flags], at) => {
    const reference = `publish-bench:ours-${at}`;
    publish(csvs, "--name", "publish-bench", "--no-check", "--tag", reference, ...flags);
    return { title, reference, inside: 8006 };
  });
}

const sizeOf = (reference) =>
  Number(execFileSync("docker", ["image", "inspect", "--format", "{{.Size}}", reference], { encoding: "utf8" }));

/** The same image with the sources laid over it and the bytecode taken away. */
async function importSources(from, to) {
  const { collectFiles } = await import(join(root, "packages/runtime-build/src/collect-files.ts"));
  const { readLock } = await import(join(root, "packages/runtime-build/src/lock-file.ts"));
  const { writeLayer } = await import(join(root, "packages/core/dist/index.js"));
  const quiet = { report: () => {} };
  const locks = new Map([["0.65", await readLock("0.65")]]);
  const { system, datasette } = await collectFiles(locks, "amd64", quiet, { bytecode: false });
  const { native, python } = datasette.get("0.65");
  const sources = await writeLayer([...system, ...native, ...python], dir, "sources", quiet);
  const [{ Config }] = JSON.parse(execFileSync("docker", ["inspect", from], { encoding: "utf8" }));
  const id = execFileSync("docker", ["create", from], { encoding: "utf8" }).trim();
  const unpack = `mkdir fs && docker export ${id} | tar -x -C fs && find fs -name '*.pyc' -delete && tar -xzf ${sources.path} -C fs`;
  execFileSync("sh", ["-c", unpack], { cwd: dir });
  execFileSync("docker", ["rm", id]);
  const entry = Config.Entrypoint.map((word) => word.replace(/launch\.pyc$/, "launch.py"));
  const changes = [
    `ENTRYPOINT ${JSON.stringify(entry)}`,
    `CMD ${JSON.stringify(Config.Cmd)}`,
    "USER 65532:65532",
    ...Config.Env.map((variable) => `ENV ${variable}`),
  ].flatMap((change) => ["-c", change]);
  execFileSync("sh", ["-c", 'tar -C fs -c . | docker import "$@" - "$0"', to, ...changes], { cwd: dir });
}

/** Milliseconds from `publish preview` to the first table's page. */
async function firstPage(csvs) {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, "preview", csvs], { cwd: dir, stdio: ["ignore", "pipe", "ignore"] });
  const [said] = await once(child.stdout, "data");
  const address = /http:\S+/.exec(said)[0];
  const page = await fetch(`${address}data/airports`);
  if (!page.ok || !(await page.text()).includes("</table>")) throw new Error(`${address} answers ${page.status}`);
  const ms = performance.now() - started;
  child.kill();
  await once(child, "exit");
  return ms;
}

const firstOfOurs = (kind) => firstAnswer(`publish-bench:${kind}`, { inside: 8006, path: "data/small.json" });

/** Milliseconds from `docker run` of an image, which listens at `inside`, to the first JSON answer. */
async function firstAnswer(image, { inside, path }) {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const started = performance.now();
  const id = execFileSync("docker", ["run", "-d", "--rm", "--read-only", "--tmpfs", "/tmp", "-p", `127.0.0.1:${port}:${inside}`, image], {
    encoding: "utf8",
  }).trim();
  while (
    !(await fetch(`http://127.0.0.1:${port}/${path}`).then(
      (r) => r.ok,
      () => false,
    ))
  )
    await new Promise((r) => setTimeout(r, 10));
  const ms = performance.now() - started;
  execFileSync("docker", ["kill", id]);
  return ms;
}

const chosen = process.argv.slice(2);
try {
  for (const name of chosen.length > 0 ? chosen : Object.keys(benches)) {
    console.log(`\n${name}`);
    await benches[name]();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
