// Runs on Node 18 and newer with nothing installed: finds or fetches the exact Node and pnpm
// the project uses, then hands over to scripts/<task>.mjs. `npm start` and `npm test` come here.
import { spawn, spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const tools = { node: "26.10.0", pnpm: "12.21.0" };
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...args] = process.argv.slice(2);

function toolchain() {
  console.error(`• Node ${tools.node} and pnpm ${tools.pnpm}`);
  const print = 'node -p "JSON.stringify([process.execPath, process.env.PATH])"';
  const { stdout, status } = spawnSync(
    "npx",
    ["--prefer-offline", "-y", "-p", `node@${tools.node}`, "-p", `pnpm@${tools.pnpm}`, "-c", print],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], shell: process.platform === "win32" },
  );
  if (status !== 0) {
    console.error("error: could not get Node and pnpm from the npm registry. Check the network, then run the command again.");
    process.exit(4);
  }
  const [node, path] = JSON.parse(stdout.trim().split("\n").at(-1));
  return { node, path: `${dirname(node)}${delimiter}${path}` };
}

/** Ends the child when this process is told to end or when its parent has gone (npm does not pass SIGTERM on). */
function run(node, path) {
  const child = spawn(node, [fileURLToPath(new URL(`${task}.mjs`, import.meta.url)), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1" },
  });
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500);
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    clearInterval(watch);
    process.exit(code ?? (signal === "SIGINT" ? 130 : 143));
  });
}

const { node, path } = toolchain();
run(node, path);
