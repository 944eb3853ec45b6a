// Run as a child process by describe.ts, without anything of ours: imports the module of argv, and tells its default export as plain JSON.

/** Data as it is, `{ $function: true }` for a function, `{ $pattern: [source, flags] }` for a regular expression. */
function plain(value: unknown): unknown {
  if (typeof value === "function") return { $function: true };
  if (value instanceof RegExp) return { $pattern: [value.source, value.flags] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(membersOf(value).map((name) => [name, plain((value as Record<string, unknown>)[name])]));
}

/** Those of its class too. */
function membersOf(value: object): readonly string[] {
  const above: unknown = Object.getPrototypeOf(value);
  const inherited = above === null || above === Object.prototype ? [] : membersOf(above as object);
  return [...new Set([...Object.getOwnPropertyNames(value), ...inherited])].filter((name) => name !== "constructor");
}

/** Ends without waiting for what the module goes on to do. */
function tell(message: object): void {
  process.send!(message, () => process.kill(process.pid, "SIGKILL"));
}

try {
  const module = (await import(process.argv[2]!)) as { default?: unknown };
  tell({ provider: plain(module.default) });
} catch (error) {
  tell({ fault: `cannot be imported (${error instanceof Error ? error.message : String(error)})` });
}
