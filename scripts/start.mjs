// `npm start`: the first published site. `--once` ends after the summary; the default without a terminal.
import { spawn } from "node:child_process";
import { prepare } from "./prepare.mjs";

const architecture = process.arch === "arm64" ? "arm64" : "amd64";
await prepare([architecture]);
const once = process.argv.includes("--once") || process.env.CI !== undefined || !process.stdout.isTTY;
if (!once) console.error("• To publish on a page in your browser, type: node apps/cli/bin/run.js ui");
const child = spawn(
  process.execPath,
  [
    "apps/cli/bin/run.js",
    "docker",
    "examples/csvs",
    "--title",
    "Airports, bird strikes and zip codes",
    "--archive",
    "csvs.tar",
    "--platform",
    `linux/${architecture}`,
    ...(once ? [] : ["--serve"]),
  ],
  { stdio: "inherit" },
);
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
