/** The key by which SQLite compares names: ASCII letters regardless of case. */
export function nameKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** `name`, or `name` with the first free number after `separator` (from 2) when it is taken; adds the result to `taken`. */
export function pickName(name: string, separator: string, taken: Set<string>): string {
  let picked = name;
  for (let number = 2; taken.has(nameKey(picked)); number++) picked = `${name}${separator}${number}`;
  taken.add(nameKey(picked));
  return picked;
}

/** Whether SQL takes a name for the number of a row where no column has it (sqlite.org/rowidtable.html). */
export function isRowidName(name: string): boolean {
  return ["rowid", "_rowid_", "oid"].includes(nameKey(name));
}

/** An SQL identifier, quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const controls = /\p{Cc}/gu;

/** A table name that SQLite and Datasette accept: Datasette 0.65 answers 500 for a `]`, SQLite keeps `sqlite_` for itself. */
export function safeTableName(name: string): string {
  const clean = name.replace(controls, "-").replaceAll("[", "(").replaceAll("]", ")");
  return /^sqlite_/i.test(clean) ? `_${clean}` : clean;
}

/** A database name that Datasette serves: it opens another, empty file for names with `?`, `#` or `%`. */
export function safeDatabaseName(name: string): string {
  return name.replace(controls, "-").replace(/[?#%]/g, "-").replace(/^\.+/, "-") || "database";
}

/** Column names of a header: blank ones numbered, repeated ones (as SQLite compares them) suffixed. */
export function columnNames(header: readonly string[]): string[] {
  const taken = new Set(header.map((name) => nameKey(name)).filter((name) => name !== ""));
  const seen = new Set<string>();
  return header.map((name, index) => {
    const wanted = name === "" ? `column_${index + 1}` : name;
    const first = name !== "" && !seen.has(nameKey(name));
    if (first) {
      seen.add(nameKey(name));
      return name;
    }
    const picked = pickName(wanted, "_", taken);
    seen.add(nameKey(picked));
    return picked;
  });
}
