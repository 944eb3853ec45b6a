/** csvs-to-sqlite's two-letter flags of `convert`, which oclif would read as one letter and its value. */
export const shortFlags = { "-pk": "primary-key", "-dt": "datetime", "-df": "datetime-format" } as const;

/** csvs-to-sqlite's flags that take two words. Ours take one, `COLUMN=VALUE`. */
const pairFlags = new Set(["--fixed-column", "--fixed-column-int", "--fixed-column-float"]);

/** `argv` as oclif is to read it: `publish help docker` is `publish docker --help`. */
export function rewriteArgv(typed: readonly string[]): string[] {
  const argv = typed[0] === "help" ? [...typed.slice(1), "--help"] : typed;
  if (argv[0] === "ui") return argv.map(withoutFolder);
  if (argv[0] !== "convert") return [...argv];
  const end = argv.indexOf("--");
  const flags = end === -1 ? argv : argv.slice(0, end);
  return [...joinPairs(flags.map(toLong)), ...argv.slice(flags.length)];
}

/** The folder of `--shortcut` may be left out, which oclif knows of no flag: `--shortcut` is then `--shortcut=`. */
function withoutFolder(word: string, at: number, argv: readonly string[]): string {
  return word === "--shortcut" && (argv[at + 1] ?? "-").startsWith("-") ? "--shortcut=" : word;
}

function toLong(arg: string): string {
  return Object.hasOwn(shortFlags, arg) ? `--${shortFlags[arg as keyof typeof shortFlags]}` : arg;
}

/** `--fixed-column year 2024` as `--fixed-column year=2024`. */
function joinPairs(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [word, name, value] = words.slice(at, at + 3) as [string, string?, string?];
    joined.push(word);
    if (!pairFlags.has(word) || name === undefined || value === undefined || name.includes("=")) continue;
    joined.push(`${name}=${value}`);
    at += 2;
  }
  return joined;
}
