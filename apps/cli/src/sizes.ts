import { wrongValue } from "@datasette-publish/core";

/** Powers of ten, as registries and hosts count, and of two where the `i` says so. */
const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes of `20GB`, `500 MB` or `1.5GiB`. @throws PublishError `OPTION_INVALID` */
export function toBytes(flag: string, text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  const bytes = Math.round(Number(amount) * (factor ?? Number.NaN));
  if (amount === "" || !Number.isSafeInteger(bytes) || bytes === 0) throw wrongValue(flag, {}, text, "a size, such as 20GB or 500MB");
  return bytes;
}
