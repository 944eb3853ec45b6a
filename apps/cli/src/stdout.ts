const write = process.stdout.write.bind(process.stdout);

/** Writes to stdout, also when others are kept from it. */
export function writeStdout(text: string): void {
  write(text);
}

/** From now on stdout is for what {@link writeStdout} writes: what anybody else writes there goes to stderr, so that `--json` stays one document. */
export function keepStdout(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}
