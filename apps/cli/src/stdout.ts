const write = process.stdout.write.bind(process.stdout);

/** Writes to stdout, also when others are kept from it. */
export function writeStdout(text: string): void {
  write(text);
}

/** Waits until all of that has been taken, or nobody takes it any more: a pipe holds 64 KiB, and what the process still has ends with it. */
export function flushStdout(): Promise<void> {
  return new Promise((resolve) => {
    write("", () => resolve());
  });
}

/** From now on stdout is for what {@link writeStdout} writes: what anybody else writes there goes to stderr, so that `--json` stays one document. */
export function keepStdout(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}
