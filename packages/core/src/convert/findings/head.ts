import type { Batch } from "./watcher.ts";

const most = 200;

/** The first records of a file: what tells a header from records. */
export class Head {
  readonly records: (readonly string[])[] = [];
  readonly lines: number[] = [];

  add({ records, lines }: Batch): void {
    const left = most - this.records.length;
    if (left <= 0) return;
    this.records.push(...records.slice(0, left));
    this.lines.push(...lines.slice(0, left));
  }
}
