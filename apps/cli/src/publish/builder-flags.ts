import { Flags } from "@oclif/core";
import { PublishError, setOption } from "@datasette-publish/core";
import { datasetteSource, defaultBase } from "@datasette-publish/dockerfile";
import { lines, lockedVersions, type Line } from "@datasette-publish/runtime";
import { several, type Given } from "../flags.ts";

const helpGroup = "IMAGE";
const words = (name: string) => ({ aliases: [name.replaceAll("-", "_")] });

/** How the image is made. */
export const builderFlags = {
  builder: Flags.string({
    description: "assemble: without Docker, the smallest; dockerfile: on a base of your own, built by a Docker engine [default: assemble]",
    options: ["assemble", "dockerfile"],
    helpGroup,
  }),
  base: Flags.string({
    description: `Image with Python to build on, for --builder dockerfile [default: ${defaultBase}]`,
    helpValue: "IMAGE",
    helpGroup,
  }),
  "generate-dir": Flags.string({
    description: "Write the Dockerfile and all it needs to this folder, and publish nothing; needs no engine",
    helpValue: "DIR",
    helpGroup,
    ...words("generate-dir"),
  }),
  "apt-get-install": Flags.string({
    description: "Package of Debian's that the site needs, for --builder dockerfile",
    helpValue: "PACKAGE",
    helpGroup,
    ...several,
    ...words("apt-get-install"),
  }),
  "apk-add": Flags.string({
    description: "Package of Alpine's that the site needs, for --builder dockerfile",
    helpValue: "PACKAGE",
    helpGroup,
    ...several,
  }),
};

/** What the command line asks of the Dockerfile. */
export interface DockerfileChoice {
  readonly base: string;
  readonly aptPackages: readonly string[];
  readonly apkPackages: readonly string[];
  /** Unset: an engine builds it. */
  readonly generateDir?: string;
  /** Unset: the locked version. */
  readonly datasette?: { readonly version: string; readonly source?: string };
}

/** What was given, where `--datasette-version` is one that is locked, and what is asked of the Dockerfile; without one, the image is assembled. */
export interface BuilderChoice {
  readonly own: Given;
  readonly dockerfile?: DockerfileChoice;
}

const needing = ["base", "generateDir", "aptGetInstall", "apkAdd"] as const;
const list = (value: Given[string]) => (Array.isArray(value) ? (value as readonly string[]) : []);

/** Reads how the image is to be made. @throws PublishError `COMMAND_INVALID`, `OPTION_INVALID` */
export async function chooseBuilder(own: Given): Promise<BuilderChoice> {
  if (own["builder"] !== "dockerfile") {
    const given = needing.find((option) => own[kebabOf(option)] !== undefined);
    if (given !== undefined) throw needsDockerfile(given);
    return { own };
  }
  const { base, "generate-dir": generateDir, "dry-run": isDry, "datasette-version": version } = own;
  if (generateDir !== undefined && isDry === true)
    throw new PublishError("COMMAND_INVALID", "--generate-dir writes a folder, and --dry-run nothing.", "Leave one of them out.");
  const other = typeof version === "string" && !isLocked(version) ? await otherDatasette(version) : undefined;
  return {
    own: other === undefined ? own : { ...own, "datasette-version": other.line },
    dockerfile: {
      base: typeof base === "string" ? base : defaultBase,
      aptPackages: list(own["apt-get-install"]),
      apkPackages: list(own["apk-add"]),
      ...(typeof generateDir === "string" && { generateDir }),
      ...(other && { datasette: other.datasette }),
    },
  };
}

const kebabOf = (option: (typeof needing)[number]) => option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function needsDockerfile(option: (typeof needing)[number]): PublishError {
  const message = `--${kebabOf(option)} is for the image of a Dockerfile, and this one is assembled.`;
  return new PublishError("COMMAND_INVALID", message, setOption("builder", "dockerfile"), { option });
}

function isLocked(version: string): boolean {
  return lines.some((line) => Object.values(lockedVersions[line]).includes(version));
}

/** A version that is not locked is installed as a wheel; anything else is a branch, a tag or a zip, and built. A site is served as the line needs it. */
async function otherDatasette(given: string): Promise<{ line: string; datasette: NonNullable<DockerfileChoice["datasette"]> }> {
  const line: Line = given.startsWith("0.") ? "0.65" : "1.0";
  const isVersion = /^\d+\.\d+(\.\d+)*((a|b|rc)\d+)?$/.test(given);
  const datasette = isVersion ? { version: given } : { version: given.replace(/^.*\//, ""), source: await datasetteSource(given) };
  return { line: lockedVersions[line].name, datasette };
}
