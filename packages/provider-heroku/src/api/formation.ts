import type { HostContext } from "@datasette-publish/core";
import { appApi } from "./client.ts";
import type { Formation } from "./types.ts";

/** The variant of the API that knows `docker_image`. */
const dockerReleases = { accept: "application/vnd.heroku+json; version=3.docker-releases" };

/** The web process, when it runs. */
export async function findWeb(ctx: HostContext): Promise<Formation | undefined> {
  const { body } = await appApi(ctx)("GET /apps/{app}/formation");
  return body.find(({ type, quantity }) => type === "web" && quantity > 0);
}

/** Releases a pushed image, named by its config's digest. Heroku makes no release when that is what runs. */
export async function releaseWeb(ctx: HostContext, configDigest: string): Promise<void> {
  const body = { updates: [{ type: "web", docker_image: configDigest }] };
  await appApi(ctx)("PATCH /apps/{app}/formation", { body, headers: dockerReleases, idempotent: true });
}

/** Runs one dyno, unless there are some; their size stays unless another is wanted. Returns the size. */
export async function scaleWeb(ctx: HostContext, wanted: string | undefined): Promise<string> {
  const web = await findWeb(ctx);
  const size = (wanted ?? web?.size ?? "basic").toLowerCase();
  if (web?.size.toLowerCase() === size) return size;
  const body = { updates: [{ type: "web", quantity: web?.quantity ?? 1, dyno_size: { name: size } }] };
  await appApi(ctx)("PATCH /apps/{app}/formation", { body, idempotent: true });
  return size;
}
