import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { realPart } from "@datasette-publish/testkit";

/** Debian's releases that bases are made of: bookworm has Python 3.11, trixie 3.13. */
export type Suite = "bookworm" | "trixie";

const script = fileURLToPath(new URL("../../../scripts/own-base.sh", import.meta.url));
/** The number is raised when a base is made differently. */
const referenceOf = (suite: Suite) => `datasette-publish-base:${suite}-1`;
const hasBase = (suite: Suite) => spawnSync("docker", ["image", "inspect", referenceOf(suite)], { stdio: "ignore" }).status === 0;

/** Whether there is a base, or one can be made: that takes an engine, debootstrap, and root. @throws Error as `realPart` does */
export function canHaveBase(suite: Suite): boolean {
  if (!realPart("docker")) return false;
  return hasBase(suite) || (realPart("debootstrap") && process.getuid?.() === 0);
}

/** Debian with Python and without pip, as an image of the engine. It is made once, which takes minutes, and stays there. */
export function ownBase(suite: Suite): string {
  const reference = referenceOf(suite);
  if (!hasBase(suite)) execFileSync("bash", [script, suite, reference], { stdio: "ignore" });
  return reference;
}
