import type { PreparedTable, Rows } from "@datasette-publish/workbench/protocol";
import { useEffect, useState } from "preact/hooks";
import { call } from "../../api.ts";

/** Rows of a table that are asked for beyond the first. */
const moreRows = 50;

export interface ShownRows {
  readonly rows: Rows;
  /** How many it would show; null: all are there, or the rest cannot be had now. */
  readonly canShow: number | null;
  readonly isAll: boolean;
  readonly setAll: (isAll: boolean) => void;
}

/** The first rows of a table, and more of them once somebody asks. Those that are there stay until the new ones have come. */
export function useRows(draft: string, { database, name, rows: count, first, uncounted }: PreparedTable, digest: string): ShownRows {
  const [isAll, setAll] = useState(false);
  const [more, setMore] = useState<{ readonly digest: string; readonly rows: Rows } | null>(null);
  useEffect(() => {
    if (!isAll) return;
    const query = { database, table: name, limit: String(moreRows) };
    call("GET /api/drafts/:draft/rows", { params: { draft }, query }).then(
      (rows) => setMore({ digest, rows }),
      () => {},
    );
  }, [isAll, draft, database, name, digest]);
  const isLong = uncounted === true || count > first.rows.length;
  const total = uncounted === true ? moreRows : Math.min(moreRows, count);
  return { rows: isAll && more?.digest === digest ? more.rows : first, canShow: isLong ? total : null, isAll, setAll };
}
