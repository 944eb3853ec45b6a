/** csvs-to-sqlite's two-letter flags, which oclif would read as one letter and its value. */
const shortFlags: Readonly<Record<string, string>> = { "-pk": "--primary-key" };

/** `argv` as oclif is to read it: `publish help docker` is `publish docker --help`. */
export function rewriteArgv(typed: readonly string[]): string[] {
  const argv = typed[0] === "help" ? [...typed.slice(1), "--help"] : typed;
  const end = argv.indexOf("--");
  return argv.map((arg, i) => (end !== -1 && i > end ? arg : (shortFlags[arg] ?? arg)));
}
