import { readFileSync } from "node:fs";
import type { Contract } from "@datasette-publish/testkit";

/** Reads the contract of a host: its API as far as this project uses it. `scripts/contracts.mjs` writes them. */
export function readContract(host: "heroku" | "fly"): Contract {
  return JSON.parse(readFileSync(new URL(`../contracts/${host}.json`, import.meta.url), "utf8")) as Contract;
}
