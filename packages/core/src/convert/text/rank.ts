import { candidates, type Candidate } from "./candidates.ts";
import { decodeWhole } from "./decoders.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Line } from "./sample.ts";

/** Least oddity that is held against a reading, and most that a reading which is taken without asking has. */
const clearlyOdd = 0.2;
const mostOdd = 0.08;
/** Different letters for which an encoding that is rare, or of characters of two bytes, is taken without asking. */
const enoughLetters = 4;
/** Places of one letter for which an encoding is taken without asking. */
const enoughPlaces = 5;
/** Readings that are shown. */
const mostShown = 4;

/** Some lines in one of the encodings they may be in. */
export interface Reading extends Verdict {
  readonly encoding: string;
  readonly text: string;
}

/** Names that the detector has for what the Encoding Standard calls otherwise. */
const relatives: Readonly<Record<string, string>> = {
  "iso-8859-2": "windows-1250",
  "iso-8859-5": "windows-1251",
  "iso-8859-6": "windows-1256",
  "iso-8859-7": "windows-1253",
  "iso-8859-8": "windows-1255",
};

/**
 * The encodings that all lines may be in, the best first; of those in which they read the same, the likeliest. Nothing is guessed here
 * but the order: where letters stand decides, then the detector, then how usual an encoding is.
 */
export async function rankReadings(lines: readonly Line[]): Promise<Reading[]> {
  const bytes = Buffer.concat(lines.flatMap((line) => [line.bytes, Buffer.from("\n")]));
  const readings = readAll(bytes, ({ rare }) => rare === undefined);
  if (readings.every(({ oddity }) => oddity > mostOdd)) readings.push(...readAll(bytes, ({ rare }) => rare === true));
  const confidence = await confidences(bytes);
  const rank = ({ encoding, oddity }: Reading): number => Math.round(oddity * 20) * 1000 - (confidence.get(encoding) ?? 0);
  const texts = new Set<string>();
  return readings.filter(({ text }) => !texts.has(text) && texts.add(text)).toSorted((a, b) => rank(a) - rank(b));
}

function readAll(bytes: Buffer, isWanted: (candidate: Candidate) => boolean): Reading[] {
  return candidates.filter(isWanted).flatMap((candidate) => {
    const text = decodeWhole(bytes, candidate.encoding);
    return text === null ? [] : [{ encoding: candidate.encoding, text, ...judge(bytes, text, candidate) }];
  });
}

/** How sure the detector is of each encoding, in per cent. It is loaded by those who have such a file. */
async function confidences(bytes: Buffer): Promise<ReadonlyMap<string, number>> {
  const { analyse } = await import("chardet");
  const found = new Map<string, number>();
  for (const { name, confidence } of analyse(bytes)) {
    const encoding = standardName(name);
    for (const one of [encoding, relatives[encoding] ?? encoding]) found.set(one, Math.max(confidence, found.get(one) ?? 0));
  }
  return found;
}

/** The Encoding Standard's name: `windows-1252` for ISO-8859-1. What it does not know stays, and matches nothing. */
function standardName(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return name;
  }
}

/** Whether the first reading is the only one in which letters are where a language has them. */
export function isClear([best, ...others]: readonly Reading[]): boolean {
  if (best === undefined || best.oddity > mostOdd || (best.distinct < 2 && best.inPlace < enoughPlaces)) return false;
  const { rare, leads } = candidates.find(({ encoding }) => encoding === best.encoding)!;
  if ((rare ?? leads) !== undefined && best.distinct < enoughLetters) return false;
  return others.every(({ oddity }) => oddity >= best.oddity + clearlyOdd);
}

/** The readings to choose from: those that are not much worse than the best, two at least. */
export function choices(readings: readonly Reading[]): readonly Reading[] {
  const most = Math.max((readings[0]?.oddity ?? 0) + 2 * clearlyOdd, readings[1]?.oddity ?? 0);
  return readings.filter(({ oddity }) => oddity <= most).slice(0, mostShown);
}
