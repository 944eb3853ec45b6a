import { prepare, unreadableError, type Prepared } from "@datasette-publish/core";

/** What `prepare` makes of all inputs. @throws PublishError `unreadableError` when a file cannot be read, and what `prepare` throws */
export async function prepareWhole(...of: Parameters<typeof prepare>): Promise<Prepared> {
  const prepared = await prepare(...of);
  const { unreadable } = prepared.site.dataset;
  if (unreadable.length === 0) return prepared;
  await prepared.close();
  throw unreadableError(unreadable);
}
