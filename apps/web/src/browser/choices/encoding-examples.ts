import type { EncodingExample } from "@datasette-publish/workbench/protocol";
import type { Refusal } from "../../routes.ts";

/** The readings of a line that the facts of a `CSV_ENCODING` error name. */
export function knownExamples({ encodings, texts }: Refusal["error"]["facts"]): EncodingExample[] {
  if (!Array.isArray(encodings) || !Array.isArray(texts)) return [];
  return encodings.map((encoding, at) => ({ encoding: String(encoding), lines: [String(texts[at] ?? "")] }));
}
