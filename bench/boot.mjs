// Prints the milliseconds until Datasette is up on a database: `node bench/boot.mjs snapshot|wheels <file.db>`.
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = (name) => join(dirname(fileURLToPath(import.meta.url)), "../packages", name);
const { emptyServe } = await import(dist("core/dist/index.js"));
const { wheelFiles } = await import(dist("runtime/dist/index.js"));
const { startPreview } = await import(dist("preview/dist/index.js"));
const { loadFromWheels } = await import(dist("preview/dist/interpreter.js"));
const { layOut } = await import(dist("preview/dist/layout.js"));

const [from, path] = process.argv.slice(2);
const ctx = { report: () => {} };
const wheels = await wheelFiles();
const databases = [{ fileName: basename(path), path }];
const boots = {
  async snapshot() {
    const site = { name: "bench", dataset: { databases: [] }, serve: { ...emptyServe, databases } };
    await startPreview(site, { wheels }, ctx);
  },
  async wheels() {
    const { python } = await loadFromWheels(wheels, console.error);
    layOut(python, { files: [], links: [{ name: "data/bench.db", source: path }], folders: [], workingDir: "/" });
    await python.globals.get("boot")(["-i", "/data/bench.db", "--setting", "num_sql_threads", "0"], "/");
  },
};
const started = performance.now();
await boots[from]();
console.log(performance.now() - started);
process.exit();
