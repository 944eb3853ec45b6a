import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { exchange, withWorkDir, type HostContext, type Image, type ProviderContext, type Send } from "@datasette-publish/core";
import { apiOf, appApi, host } from "./client.ts";
import { finish } from "./finish.ts";
import { listReleases } from "./releases.ts";
import type { Build } from "./types.ts";

/** A build may wait its turn at Heroku, and takes as long as Heroku's machines do. */
const longestBuildMs = 900_000;

/** What makes Heroku build a source's Dockerfile as the web process. */
const herokuYml = { name: "heroku.yml", mode: 0o644, source: Buffer.from("build:\n  docker:\n    web: Dockerfile\n") };

/**
 * Sends an image as source for Heroku to build, which releases what it built; nothing when the current release is of that very image.
 * A build of it that an earlier run began is waited for. Heroku describes the release of a build by the first 8 characters of its version.
 *
 * @throws PublishError `RELEASE_FAILED`
 */
export async function buildImage(image: Image, ctx: ProviderContext): Promise<void> {
  const version = image.configDigest.replace("sha256:", "");
  const current = (await listReleases(ctx)).find((release) => release.current);
  if (current?.description === `Deploy ${version.slice(0, 8)}`) return;
  const begun = await findPending(ctx, version);
  if (begun !== undefined) return void (await finishBuild(ctx, begun));
  await withWorkDir(async (dir) => {
    const { file, sha256 } = await ctx.deliver.source(image, join(dir, "source.tar.gz"), [herokuYml]);
    const { source_blob: blob } = (await apiOf(ctx)("POST /sources", {}, { idempotent: true })).body;
    await upload(file, blob.put_url, ctx);
    const body = { source_blob: { url: blob.get_url, checksum: `SHA256:${sha256}`, version } };
    await finishBuild(ctx, (await appApi(ctx)("POST /apps/{app}/builds", { body })).body);
  });
}

async function findPending(ctx: HostContext, version: string): Promise<Build | undefined> {
  const { body } = await appApi(ctx)("GET /apps/{app}/builds", { headers: { range: "created_at ..; max=15, order=desc" } });
  return body.find(({ status, source_blob: source }) => status === "pending" && source.version === version);
}

/** Shows a build's output and waits for its end. @throws PublishError `RELEASE_FAILED` */
export function finishBuild(ctx: HostContext, build: Build, limitMs = Math.max(ctx.timeoutMs, longestBuildMs)): Promise<Build> {
  const look = async () => (await appApi(ctx)("GET /apps/{app}/builds/{build}", {}, { build: build.id })).body;
  return finish(ctx, "The build", build, look, limitMs);
}

/** The address is signed, and all the credentials that the store takes. */
async function upload(file: string, url: string, { fetch, signal }: HostContext): Promise<void> {
  const body = await openAsBlob(file);
  const send: Send = async ({ method }) => {
    const response = await fetch(url, { method, body, redirect: "manual", signal: signal ?? null });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
  await exchange(send, { method: "PUT", url: new URL(url), headers: {} }, { ...host, idempotent: true, allow: [], signal });
}
