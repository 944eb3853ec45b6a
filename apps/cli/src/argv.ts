/** csvs-to-sqlite's two-letter flags, which oclif would read as one letter and its value. */
const shortFlags: Readonly<Record<string, string>> = { "-pk": "--primary-key" };

export function rewriteShortFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((arg, i) => (end !== -1 && i > end ? arg : (shortFlags[arg] ?? arg)));
}

/** `text` with every value that stood on the command line replaced by `…`: parse errors quote values, and a value may be a secret. */
export function withoutValues(text: string, argv: readonly string[]): string {
  const values = argv.flatMap((arg) => {
    if (!arg.startsWith("-")) return [arg];
    if (arg.includes("=")) return [arg.slice(arg.indexOf("=") + 1)];
    return arg.startsWith("--") ? [] : [arg.slice(2)];
  });
  return values
    .filter((value) => value.length > 2)
    .sort((a, b) => b.length - a.length)
    .reduce((redacted, value) => redacted.replaceAll(value, "…"), text);
}
