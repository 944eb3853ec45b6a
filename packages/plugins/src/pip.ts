import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PublishError, runProgram, type SitePlatform } from "@datasette-publish/core";

const run = promisify(execFile);

/** What wheels are wanted for: an image's platform, or the preview's WebAssembly. */
export type Target = `linux/${SitePlatform["architecture"]}` | "preview";

/** glibc levels up to Debian 13's, 2.41, any of which a wheel may be built for (PEP 600; manylinux2014 is 2.17). */
const manylinux = [...Array.from({ length: 25 }, (_, at) => `manylinux_2_${41 - at}`), "manylinux2014"];

/** A Python by the tags of its wheels (PEP 425), and by what markers say of it (PEP 508). */
export interface TargetPython {
  readonly version: string;
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
  readonly markers: Readonly<Record<string, string>>;
}

/** musl's levels (PEP 656): 1.1 is of Alpine 3.5, 1.2 of 3.13 and later. */
const musllinux = ["musllinux_1_2", "musllinux_1_1"];

/** A Linux system's Python, by what an image says of it. */
export interface LinuxPython {
  /** `3.13` */
  readonly version: string;
  readonly libc: "glibc" | "musl";
  readonly architecture: SitePlatform["architecture"];
}

/** The highest glibc that wheels may need where nothing is known but that there is Python 3.9: Debian 11's is 2.31, Enterprise Linux 8's 2.28. */
const commonGlibc = 28;

/** What wheels fit a Python of Linux whose C library is known by its kind alone. */
export function linuxPython({ version, libc, architecture }: LinuxPython): TargetPython {
  const machine = machines[architecture];
  const levels = libc === "musl" ? musllinux : manylinux.slice(manylinux.indexOf(`manylinux_2_${commonGlibc}`));
  return linux(version, `${version}.0`, levels, machine);
}

const machines = { amd64: "x86_64", arm64: "aarch64" } as const;

function linux(version: string, fullVersion: string, levels: readonly string[], machine: string): TargetPython {
  return {
    version,
    abis: [`cp${version.replace(".", "")}`, "abi3", "none"],
    platforms: levels.map((tag) => `${tag}_${machine}`),
    markers: { ...markersOf(fullVersion, "linux", machine), platform_system: "Linux" },
  };
}

const targets: Readonly<Record<Target, TargetPython>> = {
  "linux/amd64": linux("3.13", "3.13.5", manylinux, machines.amd64),
  "linux/arm64": linux("3.13", "3.13.5", manylinux, machines.arm64),
  preview: {
    version: "3.14",
    abis: ["cp314", "abi3", "none"],
    platforms: ["pyemscripten_2026_0_wasm32"],
    markers: { ...markersOf("3.14.2", "emscripten", "wasm32"), platform_system: "Emscripten" },
  },
};

function markersOf(version: string, sys_platform: string, platform_machine: string): Record<string, string> {
  return {
    python_version: version.split(".").slice(0, 2).join("."),
    python_full_version: version,
    implementation_version: version,
    implementation_name: "cpython",
    platform_python_implementation: "CPython",
    os_name: "posix",
    sys_platform,
    platform_machine,
  };
}

/**
 * Runs pip with the markers of another Python: pip evaluates those of its own (pypa/pip, "pip download --platform"). It builds nothing:
 * `--only-binary` says so of what an index has, and pip builds what has an address or a path all the same.
 */
const driver = `
import json, runpy, sys
target = json.loads(sys.argv.pop(1))
try:
    import pip._vendor.packaging.markers as markers
    own = markers.default_environment
    markers.default_environment = lambda: {**own(), **target}
except (ImportError, AttributeError):
    pass
try:
    from pip._internal.distributions.sdist import SourceDistribution
    from pip._internal.exceptions import InstallationError
    def refuse(self, *args, **kwargs):
        raise InstallationError(f"{self.req} is not a supported wheel: it would have to be built from source")
    SourceDistribution.prepare_distribution_metadata = refuse
except ImportError:
    pass
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__")
`;

const installCommands = [
  runProgram(["apt", "install", "python3-pip"], "on Debian and Ubuntu"),
  runProgram(["brew", "install", "python"], "on macOS"),
];

/** Runs `pip download` for a target's Python, with the machine's own pip and index. @throws PublishError `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED` */
export async function pipDownload(target: Target | TargetPython, options: readonly string[], signal?: AbortSignal): Promise<void> {
  const python = await findPython();
  const { version, abis, platforms, markers } = typeof target === "string" ? targets[target] : target;
  const tags = [...abis.flatMap((abi) => ["--abi", abi]), ...platforms.flatMap((platform) => ["--platform", platform])];
  const wanted = ["--only-binary=:all:", "--python-version", version, "--implementation", "cp", ...tags];
  try {
    const args = ["download", "--quiet", "--disable-pip-version-check", "--no-input", ...wanted, ...options];
    await run(python, ["-c", driver, JSON.stringify(markers), ...args], { maxBuffer: 1 << 26, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw pipFailure(error);
  }
}

/** Variables that tell another pip of the index that the machine's uses; none where it is pip's own. */
export type PipIndex = Readonly<Partial<Record<"PIP_INDEX_URL" | "PIP_EXTRA_INDEX_URL" | "PIP_TRUSTED_HOST", string>>>;

/** The index that the machine's pip is configured with, passwords in its address too. @throws PublishError `PIP_MISSING` */
export async function pipIndex(signal?: AbortSignal): Promise<PipIndex> {
  const { stdout } = await run(await findPython(), ["-m", "pip", "config", "list"], { signal });
  return parseConfig(stdout);
}

/** What `pip config list` prints; a command's own section and the environment come after the global one, and win. */
export function parseConfig(text: string): PipIndex {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/^[\w:]+\.(index-url|extra-index-url|trusted-host)='(.*)'$/gm))
    found[`PIP_${name.toUpperCase().replaceAll("-", "_")}`] = value.replaceAll(String.raw`\n`, " ").trim();
  return found;
}

function pipFailure(error: unknown): PublishError {
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  const lines = text.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith("ERROR")).map((line) => line.replace(/^ERROR: */, ""));
  const detail = (errors.at(-1) ?? "pip failed").replace(/\.$/, "");
  const remedy = "Check the network connection and pip's settings.";
  return new PublishError(
    "RUNTIME_DOWNLOAD_FAILED",
    `pip cannot download a wheel: ${detail}.`,
    remedy,
    { errors: errors.join("\n") },
    error,
  );
}

/** A Python that has pip. @throws PublishError `PIP_MISSING` */
async function findPython(): Promise<string> {
  for (const command of ["python3", "python"]) {
    const works = await run(command, ["-m", "pip", "--version"]).then(
      () => true,
      () => false,
    );
    if (works) return command;
  }
  throw new PublishError("PIP_MISSING", "pip is not installed; it downloads Python wheels.", installCommands);
}
