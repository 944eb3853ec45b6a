/** csvs-to-sqlite's two-letter flags, which oclif would read as one letter and its value. */
const shortFlags: Readonly<Record<string, string>> = { "-pk": "--primary-key" };

export function rewriteShortFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((arg, i) => (end !== -1 && i > end ? arg : (shortFlags[arg] ?? arg)));
}
