import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { exchange, withWorkDir, type HostContext, type Image, type ProviderContext, type Send } from "@datasette-publish/core";
import { apiOf, appApi, host } from "./client.ts";
import { finishBuild } from "./releases.ts";
import type { Release } from "./types.ts";

/** What makes Heroku build a source's Dockerfile as the web process. */
const herokuYml = { name: "heroku.yml", mode: 0o644, source: Buffer.from("build:\n  docker:\n    web: Dockerfile\n") };

/**
 * Sends an image as source for Heroku to build, which releases what it built; nothing when `current` is a release of that very image.
 * Heroku describes the release of a build by the first 8 characters of its version.
 *
 * @throws PublishError `RELEASE_FAILED`
 */
export async function buildImage(image: Image, current: Release | undefined, ctx: ProviderContext): Promise<void> {
  const version = image.configDigest.replace("sha256:", "");
  if (current?.description === `Deploy ${version.slice(0, 8)}`) return;
  await withWorkDir(async (dir) => {
    const { file, sha256 } = await ctx.deliver.source(image, join(dir, "source.tar.gz"), [herokuYml]);
    const { source_blob: blob } = (await apiOf(ctx)("POST /sources", {}, { idempotent: true })).body;
    await upload(file, blob.put_url, ctx);
    const body = { source_blob: { url: blob.get_url, checksum: `SHA256:${sha256}`, version } };
    await finishBuild(ctx, (await appApi(ctx)("POST /apps/{app}/builds", { body })).body);
  });
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
