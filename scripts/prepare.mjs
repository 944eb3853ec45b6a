// Installs and builds what has changed; quick and offline when nothing has.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";

/** Runs a command to its end with a one-line title; its output is shown only when it fails. */
export async function run(title, command, args, { show = false, env = {} } = {}) {
  const started = Date.now();
  console.error(`• ${title}`);
  const child = spawn(command, args, { stdio: show ? "inherit" : ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  const output = [];
  child.stdout?.on("data", (chunk) => output.push(chunk));
  child.stderr?.on("data", (chunk) => output.push(chunk));
  const stop = () => child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeListener(signal, stop);
  if (code !== 0 && !show) process.stderr.write(Buffer.concat(output));
  if (!show) console.error(`  ${code === 0 ? "done" : "failed"} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return code;
}

/** Everything that a clone needs to run, with the layers of these architectures (`amd64`, `arm64`). */
export async function prepare(architectures) {
  const stamp = "node_modules/.installed";
  const lock = createHash("sha256").update(readFileSync("pnpm-lock.yaml")).digest("hex");
  const installed = (() => {
    try {
      return readFileSync(stamp, "utf8");
    } catch {
      return "";
    }
  })();
  if (installed !== lock) {
    await orExit(run("Install dependencies", "pnpm", ["install", "--frozen-lockfile", "--prefer-offline"]));
    writeFileSync(stamp, lock);
  }
  await orExit(run("Build", "pnpm", ["exec", "turbo", "run", "build", "--output-logs=errors-only"]));
  await orExit(run("Datasette's layers and wheels", process.execPath, ["packages/runtime-build/src/build.ts", ...architectures]));
  await orExit(run("The preview's snapshot", "pnpm", ["--filter", "@datasette-publish/preview", "run", "snapshot:build"]));
}

async function orExit(code) {
  const status = await code;
  if (status !== 0) process.exit(status ?? 1);
}
