/** The `code` of a system error (`ENOENT` …); empty for any other value. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The primary result code of a SQLite error (sqlite.org/rescode.html: 11 corrupt, 13 full, 26 not a database); 0 for any other value. */
export function sqliteCode(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
