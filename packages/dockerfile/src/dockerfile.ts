import { configInstructions, type ImageConfig } from "@datasette-publish/core";
import type { Base } from "./base.ts";

/** What the text of a Dockerfile follows from. */
export interface Recipe {
  readonly base: Base;
  /** Packages of the base's system that the site needs. */
  readonly packages: readonly string[];
  /** True if something is built from source; then a compiler is installed, in the stage that is thrown away. */
  readonly compiles: boolean;
  readonly needsGit: boolean;
  /** True if there are locked wheels; what is built from source then gets what it requires in their versions. */
  readonly locks: boolean;
  /** True if the folder has wheels that are in no index. */
  readonly hasOwnWheels: boolean;
}

/** What the second stage copies, folder by folder: what changes least first, each a layer of its own. */
export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** The package manager by the C library: musl is Alpine's, and what else has apt is Debian's kin. */
const managers = {
  glibc: {
    add: (names: readonly string[]) =>
      `apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${names.join(" ")}`,
    tidy: " && rm -rf /var/lib/apt/lists/* /var/cache/apt/*",
    compiler: ["gcc", "g++", "libc6-dev", "ca-certificates"],
    headers: "python3-dev",
    pip: "python3-pip",
  },
  musl: {
    add: (names: readonly string[]) => `apk add --no-cache ${names.join(" ")}`,
    tidy: "",
    compiler: ["build-base", "ca-certificates"],
    headers: "python3-dev",
    pip: "py3-pip",
  },
} as const;

/** A Dockerfile of two stages that the classic builder takes as well as BuildKit. */
export function dockerfileOf(recipe: Recipe, config: ImageConfig, copies: readonly Copy[]): string {
  return [
    "# Written by Datasette Publish. Build it with: docker build --tag site .",
    `ARG BASE=${recipe.base.reference}`,
    "",
    ...packagesStage(recipe),
    "",
    ...siteStage(recipe, config, copies),
    "",
  ].join("\n");
}

/** Installs into /out. Nothing else of this stage is in the image. */
function packagesStage({ base, packages, compiles, needsGit, locks, hasOwnWheels }: Recipe): string[] {
  const { add, compiler, headers, pip } = managers[base.libc];
  const own = hasOwnWheels ? " --find-links own" : "";
  const fetch = `python3 -m pip download --no-cache-dir --no-deps --require-hashes --only-binary=:all:${own} -r requirements.txt -d wheels`;
  const hasPip = "python3 -m pip --version >/dev/null 2>&1";
  const hasHeaders = `python3 -c 'import os, sysconfig as s; exit(not os.path.exists(s.get_path("include") + "/Python.h"))'`;
  const toolchain = [
    ...compiler,
    ...(needsGit ? ["git"] : []),
    ...packages,
    `$(${hasHeaders} || echo ${headers})`,
    `$(${hasPip} || echo ${pip})`,
  ];
  const locked = locks ? "-c constraints.txt --find-links wheels " : "";
  return [
    "# Stage 1 puts the site's Python packages into /out, as bytecode. Nothing else of this stage is in the image.",
    "FROM ${BASE} AS packages",
    "USER root",
    "ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore",
    "# For another package index than pip's own: docker build --build-arg PIP_INDEX_URL=...",
    ...["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST"].map((name) => `ARG ${name}`),
    ...(compiles ? ["# A compiler, for what is built from source.", `RUN ${add(toolchain)}`] : []),
    "WORKDIR /build",
    "COPY build/ ./",
    ...(locks
      ? [
          "# Download the wheels that requirements.txt names, unless they are in build/wheels. A base without pip gets it for that.",
          `RUN [ -d wheels ] || { \\\n    { ${hasPip} || { ${add([pip])}; }; } && \\\n    ${fetch}; }`,
        ]
      : []),
    ...(compiles ? ["# Build what sources.txt names.", `RUN python3 -m pip wheel --no-cache-dir ${locked}-r sources.txt -w wheels`] : []),
    "# Check each wheel's SHA-256, unpack it without what serves nothing, and compile it.",
    `RUN python3 -I install.py ${base.python}`,
  ];
}

function siteStage({ base, packages }: Recipe, config: ImageConfig, copies: readonly Copy[]): string[] {
  const { add, tidy } = managers[base.libc];
  return [
    "# Stage 2 is the image.",
    "FROM ${BASE}",
    "USER root",
    ...(packages.length > 0 ? [`RUN ${add(packages)}${tidy}`] : []),
    "COPY --from=packages /out/ /",
    ...copies.map(({ from, to }) => `COPY ${from}/ ${to}/`),
    ...configInstructions(config),
    `STOPSIGNAL ${config.StopSignal}`,
    healthcheck(config.Healthcheck),
  ];
}

/** Without the interval of the start, which the classic builder does not know. */
function healthcheck({ Test: [, ...command], Interval, Timeout, StartPeriod, Retries }: ImageConfig["Healthcheck"]): string {
  const [interval, timeout, start] = [Interval, Timeout, StartPeriod].map((ns) => `${ns / 1e9}s`);
  return `HEALTHCHECK --interval=${interval} --timeout=${timeout} --start-period=${start} --retries=${Retries} CMD ${JSON.stringify(command)}`;
}
