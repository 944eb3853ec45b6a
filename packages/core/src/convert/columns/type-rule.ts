import type { TypeRule } from "../dataset.ts";

const numberText = /^([+-]?)(\d*)(\.?)(\d*)(?:[eE]([+-]?)(\d+))?$/;
const smallestNormal = 2.2250738585072014e-308;

/** What speaks against taking `text` for a number, where one text alone does. */
export function ruleAgainst(text: string): TypeRule {
  const trimmed = text.trim();
  const [, sign, whole = "", point, decimals = "", exponentSign, exponent] = numberText.exec(trimmed) ?? [];
  if (whole + decimals === "") return "words";
  if (trimmed !== text) return "spaces";
  if (whole.length > 1 && whole.startsWith("0")) return "leading-zero";
  if (exponent !== undefined && point === "" && exponentSign === "") return "exponent-code";
  if (sign === "+" && point === "" && exponent === undefined) return "plus-sign";
  const size = Math.abs(Number(text));
  const isBeyond = size === Infinity || (size < smallestNormal && /[1-9]/.test(whole + decimals));
  return isBeyond ? "out-of-range" : "too-many-digits";
}
