import { Flags } from "@oclif/core";
import { invalidOption, setOption, type ImageLimits } from "@datasette-publish/core";
import type { Given } from "./flags.ts";

const size = (description: string) => Flags.string({ description, helpValue: "SIZE", helpGroup: "LIMITS" });

/** What an image may take, whoever built it: `publish` and `inspect` refuse one that takes more. */
export const limitFlags = {
  "max-size": size("The most that the compressed image may have, data included, e.g. 100MB"),
  "max-layer": size("The most that each compressed layer may have"),
  "max-wasted": size("The most that layers may store and others replace or remove"),
};

/** @throws PublishError `OPTION_INVALID` */
export function toLimits(given: Given): ImageLimits {
  const of = (name: keyof typeof limitFlags, key: string) => {
    const text = given[name];
    return typeof text === "string" ? parseSize(key, text) : undefined;
  };
  return { maxBytes: of("max-size", "maxSize"), maxLayerBytes: of("max-layer", "maxLayer"), maxWastedBytes: of("max-wasted", "maxWasted") };
}

/** Bytes of each unit: decimal ones, as registries and hosts state their limits, and those of IEC 80000-13. */
const units: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

/** Bytes of `100MB`, `1.5 GB`, `64MiB`, `4096`. @throws PublishError `OPTION_INVALID` */
export function parseSize(option: string, text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  if (amount !== "" && factor !== undefined) return Math.round(Number(amount) * factor);
  throw invalidOption(option, `${JSON.stringify(text)} is not a size.`, [
    setOption(option, "100MB", "or another size in kB, MB, GB, KiB, MiB or GiB"),
  ]);
}
