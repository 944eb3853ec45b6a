// What a site holds: plain `datasette serve` against the same with answers kept. One core for Datasette, another for who asks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const datasette = process.env.DATASETTE ?? "datasette";
const seconds = Number(process.env.SECONDS ?? 5);
const pages = Number(process.env.PAGES ?? 1000);
const runs = Number(process.env.RUNS ?? 5);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const ratioOf = (pairs) => median(pairs.map(([a, b]) => b / a)).toFixed(2);

/** Starts a Datasette on core 0 and waits until it answers: the way of `kind`, "plain" or "kept". */
async function start(kind, database, port) {
  const command = kind === "plain" ? [datasette] : [join(dirname(datasette), "python"), join(here, "kept.py")];
  const started = performance.now();
  const args = ["-c", "0", ...command, "serve", "-i", database, "--cors", "-p", String(port)];
  const child = spawn("taskset", args, { stdio: "ignore" });
  // No kept-alive connections: the server closes them while another one is measured.
  const agent = new Agent({ maxSockets: 8 });
  const server = { pid: child.pid, agent, url: `http://127.0.0.1:${port}`, stop: () => (child.kill(), once(child, "exit")) };
  while ((await ask(server, "/-/versions.json").catch(() => 0)) !== 200) await new Promise((resolve) => setTimeout(resolve, 2));
  return { ...server, startMs: performance.now() - started };
}

function ask({ url, agent }, path, headers = {}) {
  return new Promise((resolve, reject) => {
    get(`${url}${path}`, { agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
}

/** Seconds of processor that a process has had. */
function processorOf({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryOf({ pid }) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1000;
}

/** What wrk says of 32 connections at one page: requests per second, p99 in ms, processor ms per request. */
async function load(server, path, connections = 32) {
  const before = processorOf(server);
  const args = ["-c", "1", "wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "60s", "--latency", `${server.url}${path}`];
  const child = spawn("taskset", args, { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  await once(child, "close");
  const [, amount, unit] = /99%\s+([\d.]+)(us|ms|s|m)/.exec(said);
  const requests = Number(/(\d+) requests in/.exec(said)[1]);
  const p99 = Number(amount) * { us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit];
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]);
  return { perSecond, p99, processorMs: ((processorOf(server) - before) * 1000) / Math.max(1, requests) };
}

const show = ({ perSecond, p99, processorMs }) =>
  `${perSecond.toFixed(1)} req/s (p99 ${p99.toFixed(0)} ms, ${(1000 / processorMs).toFixed(0)} per processor second)`;

async function warm({ plain, kept }) {
  const paths = [
    "/data/airports",
    "/data/airports.json",
    "/data/birdstrikes?_facet=Origin+State",
    "/data?sql=select+count(*)+from+airports",
  ];
  for (const path of paths) {
    await Promise.all([plain, kept].map((server) => ask(server, path)));
    const [a, b] = [await load(plain, path), await load(kept, path)];
    const ratios = `ratio ${(b.perSecond / a.perSecond).toFixed(0)}x, processor ${(a.processorMs / b.processorMs).toFixed(0)}x`;
    console.log(`warm ${path}  plain ${show(a)}, kept ${show(b)}, ${ratios}`);
  }
}

/** Seconds for both, and processor seconds, of requests one after the other, A B A B. */
async function inTurns({ plain, kept }, what, paths, headers) {
  const name = `${paths.length} ${what}`;
  const sums = { wall: [0, 0], processor: [0, 0] };
  for (const path of paths)
    for (const [at, server] of [plain, kept].entries()) {
      const [started, used] = [performance.now(), processorOf(server)];
      await ask(server, path, headers);
      sums.wall[at] += performance.now() - started;
      sums.processor[at] += processorOf(server) - used;
    }
  const ms = sums.wall.map((sum) => (sum / paths.length).toFixed(1)).join(" and ");
  const [wall, processor] = [sums.wall, sums.processor].map(([a, b]) => (a / b).toFixed(2));
  console.log(`${name}  plain and kept ${ms} ms each, ratio ${wall}x, processor ${processor}x`);
}

const columns = ["iata", "name", "city", "state", "country", "latitude", "longitude"];
/** As a crawler goes: sorted by each column, up and down, at some page sizes. */
const crawled = (i) => `/data/airports?_sort${i % 2 ? "_desc" : ""}=${columns[i % 7]}&_size=${10 + Math.floor(i / 14)}`;
const faceted = (i) => `${crawled(i)}&_facet=state`;
const paged = (i) => `/data/airports?_next=${i * 3}`;
const several = (of, count = pages) => Array.from({ length: count }, (_, i) => of(i));

async function cold(servers) {
  await inTurns(servers, "pages, sorted and sized", several(crawled));
  await inTurns(servers, "pages, faceted", several(faceted, pages / 4));
  await inTurns(servers, "pages, by _next", several(paged, pages / 4));
}

async function uncached(servers) {
  await inTurns(
    servers,
    "uncached, with a cookie",
    several((i) => `/data?sql=select+${i}`),
    { cookie: "a=b" },
  );
  await inTurns(
    servers,
    "uncached, each its SQL",
    several((i) => `/data?sql=select+-${i}`),
  );
  await inTurns(
    servers,
    "uncached, no database",
    several(() => "/-/versions.json"),
  );
}

async function starts(database, port) {
  const pairs = [];
  for (let i = 0; i < runs * 3; i++) {
    const times = [];
    for (const kind of ["plain", "kept"]) {
      const server = await start(kind, database, port);
      times.push(server.startMs);
      await server.stop();
    }
    pairs.push(times);
  }
  console.log(`start  ratio ${ratioOf(pairs)}, kept later by ${median(pairs.map(([a, b]) => b - a)).toFixed(0)} ms, ${pairs.length} pairs`);
}

/** Warm pages on 100 connections, beside 100 connections that send SQL that runs into the time limit. */
async function besideSlow({ kept }) {
  const path = "/data/airports";
  await ask(kept, path);
  const slow = "with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)+select+count(*)+from+c+where+x+!%3D";
  const end = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  let asked = 0;
  const askSlow = async () => {
    while (!end.signal.aborted) await ask({ ...kept, agent }, `/data.json?sql=${slow}+${asked++}`).catch(() => {});
  };
  const workers = several(askSlow, 100);
  const { perSecond, p99 } = await load(kept, path, 100);
  end.abort();
  agent.destroy();
  await Promise.all(workers);
  console.log(`warm beside slow SQL  ${perSecond.toFixed(0)} req/s, p99 ${p99.toFixed(0)} ms, ${asked} slow queries asked`);
}

const random = () => `/data/zipcodes.json?_next=${Math.floor(Math.random() * 42_000)}&_size=${1 + Math.floor(Math.random() * 100)}`;

/** Memory over random pages, several times as many as are kept. */
async function memory({ plain, kept }) {
  for (const quarter of [1, 2, 3, 4]) {
    for (let i = 0; i < pages; i += 8)
      await Promise.all(
        several(random, 8).flatMap((path) => [plain, kept].map((server) => ask(server, path, { "accept-encoding": "gzip" }))),
      );
    const [a, b] = [memoryOf(plain), memoryOf(kept)];
    console.log(
      `memory after ${quarter * pages} random pages  plain ${a.toFixed(0)} MB, kept ${b.toFixed(0)} MB, ${(b - a).toFixed(0)} MB more`,
    );
  }
}

const parts = { warm, cold, uncached, besideSlow, memory };

/** All of it, or the `PARTS` named: warm, cold, uncached, besideSlow, memory, starts. */
export async function crowd(database, port = 20_000 + Math.floor(Math.random() * 20_000)) {
  const chosen = process.env.PARTS?.split(",") ?? [...Object.keys(parts), "starts"];
  for (const name of chosen.filter((part) => part in parts)) {
    const servers = { plain: await start("plain", database, port), kept: await start("kept", database, port + 1) };
    try {
      await parts[name](servers);
    } finally {
      await Promise.all([servers.plain, servers.kept].map((server) => server.stop()));
    }
  }
  if (chosen.includes("starts")) await starts(database, port);
}
