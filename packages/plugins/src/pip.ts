import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PublishError, runProgram } from "@datasette-publish/core";
import type { Architecture } from "./lock-file.ts";

const run = promisify(execFile);
const machines: Readonly<Record<Architecture, string>> = { amd64: "x86_64", arm64: "aarch64" };

/** glibc levels below Debian 13's (2.41) that wheels are built for (PEP 600; manylinux2014 is 2.17). */
const manylinux = ["manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014"];

const installCommands = [
  runProgram(["apt", "install", "python3-pip"], "on Debian and Ubuntu"),
  runProgram(["brew", "install", "python"], "on macOS"),
];

/** pip's options that ask for CPython 3.13's wheels of another platform than the one pip runs on (PEP 425 tags). */
export function targetOptions(architecture: Architecture): string[] {
  const abis = ["cp313", "abi3", "none"].flatMap((abi) => ["--abi", abi]);
  const platforms = manylinux.flatMap((tag) => ["--platform", `${tag}_${machines[architecture]}`]);
  return ["--only-binary=:all:", "--python-version", "3.13", "--implementation", "cp", ...abis, ...platforms];
}

/** Runs `pip download`, with the machine's own pip and index. @throws PublishError `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED` */
export async function pipDownload(options: readonly string[], signal?: AbortSignal): Promise<void> {
  const [command, ...prefix] = await findPip();
  try {
    const args = [...prefix, "download", "--quiet", "--disable-pip-version-check", "--no-input", ...options];
    await run(command, args, { maxBuffer: 1 << 26, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    const reason =
      text
        .trim()
        .split("\n")
        .findLast((line) => line.startsWith("ERROR")) ?? "pip failed";
    throw new PublishError(
      "RUNTIME_DOWNLOAD_FAILED",
      `pip cannot download a wheel: ${reason}`,
      "Check the network connection and pip's settings.",
      {},
      error,
    );
  }
}

async function findPip(): Promise<[string, ...string[]]> {
  const candidates: [string, ...string[]][] = [["python3", "-m", "pip"], ["pip3"], ["pip"], ["python", "-m", "pip"]];
  for (const candidate of candidates) {
    const [command, ...args] = candidate;
    const works = await run(command, [...args, "--version"]).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  throw new PublishError("PIP_MISSING", "pip is not installed; it downloads Datasette's wheels.", installCommands);
}
