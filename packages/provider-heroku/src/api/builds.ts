import { join } from "node:path";
import type { HostContext, Image } from "@datasette-publish/core/provider";
import { api } from "./client.ts";
import { finish, listReleases } from "./releases.ts";
import type { Build } from "./types.ts";
import type { WayBack } from "./way-back.ts";

/** A build may wait its turn at Heroku, and takes as long as Heroku's machines do. */
const longestBuildMs = 900_000;

/** What makes Heroku build a source's Dockerfile as the web process. */
const herokuYml = { name: "heroku.yml", mode: 0o644, source: Buffer.from("build:\n  docker:\n    web: Dockerfile\n") };

/** What Heroku knows the source of an image by. */
const versionOf = ({ configDigest }: Image): string => configDigest.replace("sha256:", "");

/**
 * Sends an image as source for Heroku to build, which releases what it built; all is `unchanged` when the current release is of its build.
 * A build of it that an earlier run began is waited for.
 *
 * @throws PublishError `RELEASE_FAILED`
 */
export async function buildImage(image: Image, ctx: HostContext, unchanged: () => void): Promise<void> {
  const known = await findBuild(ctx, image);
  const current = (await listReleases(ctx)).find((release) => release.current);
  if (known?.release && known.release.id === current?.id) return unchanged();
  await finishBuild(ctx, known?.status === "pending" ? known : await beginBuild(image, ctx));
}

/** Uploads an image as source, and has it built. */
async function beginBuild(image: Image, ctx: HostContext): Promise<Build> {
  return ctx.withWorkDir(async (dir) => {
    const { file, sha256 } = await ctx.deliver.source(image, join(dir, "source.tar.gz"), [herokuYml]);
    const { source_blob: blob } = await api(ctx)("POST /sources", {}, { idempotent: true });
    await ctx.upload(file, blob.put_url, longestBuildMs);
    const body = { source_blob: { url: blob.get_url, checksum: `SHA256:${sha256}`, version: versionOf(image) } };
    return await api(ctx)("POST /apps/{app}/builds", {}, { body });
  });
}

/** Goes back from what was built, as {@link WayBack.go} does. What a build that goes on needs stays as it is: Heroku's API has no call that stops it. */
export async function undoBuild(image: Image, ctx: HostContext, way: WayBack): Promise<string | null> {
  const build = await findBuild(ctx, image);
  if (build?.status !== "pending") return way.go(ctx);
  way.isClosed = true;
  const message = `Heroku goes on with the build of ${ctx.name}, and will release it.`;
  ctx.warn("BUILD_PENDING", message, { name: ctx.name }, { action: "retry", note: "to wait for it" });
  return null;
}

/** The latest build of an image, among the latest 15. */
async function findBuild(ctx: HostContext, image: Image): Promise<Build | undefined> {
  const builds = await api(ctx)("GET /apps/{app}/builds", {}, { headers: { range: "created_at ..; max=15, order=desc" } });
  return builds.find(({ source_blob: { version } }) => version === versionOf(image));
}

/** Shows a build's output and waits for its end. @throws PublishError `RELEASE_FAILED` */
export async function finishBuild(ctx: HostContext, build: Build, limitMs = Math.max(ctx.timeoutMs, longestBuildMs)): Promise<Build> {
  const look = async () => await api(ctx)("GET /apps/{app}/builds/{build}", { build: build.id });
  return finish(ctx, "The build", build, look, { limitMs });
}
