import type { HostContext } from "@datasette-publish/core";
import { appApi } from "./client.ts";
import type { Formation } from "./types.ts";

/** The variant of the API that knows `docker_image`. */
const dockerReleases = { accept: "application/vnd.heroku+json; version=3.docker-releases" };

/** Every process type of the app, also one without a dyno; none before its first image. */
export async function readFormation(ctx: HostContext): Promise<readonly Formation[]> {
  return (await appApi(ctx)("GET /apps/{app}/formation")).body;
}

/** The web process, however many dynos it has. */
export async function findWeb(ctx: HostContext): Promise<Formation | undefined> {
  return (await readFormation(ctx)).find(({ type }) => type === "web");
}

/** Releases a pushed image, named by its config's digest. Heroku makes no release when that is what runs. */
export async function releaseWeb(ctx: HostContext, configDigest: string): Promise<void> {
  const body = { updates: [{ type: "web", docker_image: configDigest }] };
  await appApi(ctx)("PATCH /apps/{app}/formation", { body, headers: dockerReleases, idempotent: true });
}

/** Runs one dyno, unless there are some; their size stays unless another is wanted. Returns the size. */
export async function scaleWeb(ctx: HostContext, wanted: string | undefined): Promise<string> {
  const web = await findWeb(ctx);
  const size = wanted ?? web?.size.toLowerCase() ?? "basic";
  await setWeb(ctx, web, { quantity: Math.max(web?.quantity ?? 0, 1), size });
  return size;
}

/** Puts back how many dynos there were, of which size; none when there was no web process. */
export async function restoreWeb(ctx: HostContext, former: Formation | undefined): Promise<void> {
  const web = await findWeb(ctx);
  if (web !== undefined) await setWeb(ctx, web, former ?? { quantity: 0, size: web.size });
}

async function setWeb(
  ctx: HostContext,
  web: Formation | undefined,
  { quantity, size }: Pick<Formation, "quantity" | "size">,
): Promise<void> {
  if (web?.quantity === quantity && web.size.toLowerCase() === size.toLowerCase()) return;
  const body = { updates: [{ type: "web", quantity, dyno_size: { name: size.toLowerCase() } }] };
  await appApi(ctx)("PATCH /apps/{app}/formation", { body, idempotent: true });
}
