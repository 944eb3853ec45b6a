import type { Dataset } from "../convert/dataset.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";

/** Whether a site has SpatiaLite: when it is asked for, and when Datasette could not open one of the databases without, which is said then. */
export function needsSpatialite({ databases }: Dataset, asked: boolean | undefined, ctx: Context): boolean {
  const found = databases.find(({ spatial }) => spatial);
  if (asked === true || found === undefined) return asked ?? false;
  const message = `${found.fileName} is a SpatiaLite database: the image has SpatiaLite, which makes it 16 MB larger (46 MB unpacked).`;
  warn(ctx, "SPATIALITE_ADDED", message, { database: found.name });
  return true;
}
