import { BlankRows } from "./blank-rows.ts";
import { ErrorValues } from "./error-values.ts";
import { Footer } from "./footer.ts";
import { GarbledText } from "./garbled-text.ts";
import { HeaderRows } from "./header-rows.ts";
import { PointedThousands } from "./pointed-thousands.ts";
import { RepeatedHeader } from "./repeated-header.ts";
import { TextColumns } from "./text-columns.ts";
import type { Watched, Watcher } from "./watcher.ts";

/** All that is looked for in a file while the first pass reads it. Each batch goes to every one of them. */
export function watchersOf(watched: Watched): Watcher[] {
  return [
    new HeaderRows(watched),
    new RepeatedHeader(watched),
    new BlankRows(watched),
    new Footer(watched),
    new ErrorValues(watched),
    new GarbledText(watched),
    new TextColumns(watched),
    new PointedThousands(watched),
  ];
}
