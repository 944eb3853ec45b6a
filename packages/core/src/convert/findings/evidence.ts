import { copyText } from "../copy-text.ts";
import { looksPrivate } from "./private/kinds.ts";
import { mask } from "./private/mask.ts";

const longest = 60;

/** A field as a message shows it: in quotes, cut, and masked when it must not be seen or looks like private data. */
export function shown(field: string, isHidden = false): string {
  return JSON.stringify(evidence(field, isHidden));
}

/** A field as facts hold it. */
export function evidence(field: string, isHidden = false): string {
  if (isHidden || looksPrivate(field)) return mask(field);
  return field.length > longest ? `${field.slice(0, longest)}…` : copyText(field);
}

/** How often something was found, and on which lines first. */
export class Sightings {
  static readonly shown = 3;
  count = 0;
  readonly lines: number[] = [];

  add(line: number): void {
    this.count++;
    if (this.lines.length < Sightings.shown) this.lines.push(line);
  }

  get line(): number {
    return this.lines[0]!;
  }

  /** `line 3`, `lines 3, 5`, `lines 3, 5, 9 and 4 more`. */
  get where(): string {
    const { count, lines } = this;
    const more = count - lines.length;
    return `line${count === 1 ? "" : "s"} ${lines.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  }
}
