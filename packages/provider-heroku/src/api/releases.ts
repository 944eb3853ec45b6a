import { setTimeout as sleep } from "node:timers/promises";
import { PublishError, streamLines, type HostContext } from "@datasette-publish/core";
import { appApi, host } from "./client.ts";
import type { Build, Release } from "./types.ts";

const pauseMs = 1000;

/** The latest 50 releases of the site's app, newest first. */
export async function listReleases(ctx: HostContext): Promise<readonly Release[]> {
  return (await appApi(ctx)("GET /apps/{app}/releases", { headers: { range: "version ..; max=50, order=desc" } })).body;
}

/** One release, by its id or its version. */
export async function readRelease(ctx: HostContext, release: string): Promise<Release> {
  return (await appApi(ctx)("GET /apps/{app}/releases/{release}", {}, { release })).body;
}

/** Makes a former release serve again, config vars and all, as a new release. @throws PublishError `RELEASE_FAILED` */
export async function rollBack(ctx: HostContext, { id }: Release): Promise<Release> {
  return finishRelease(ctx, (await appApi(ctx)("POST /apps/{app}/releases", { body: { release: id } })).body);
}

/** The newest release once it is out. One that was there before counts as it is, unless it is still on its way. @throws PublishError `RELEASE_FAILED` */
export async function finishNewest(ctx: HostContext, before: Release | undefined): Promise<Release | undefined> {
  const [newest] = await listReleases(ctx);
  return newest && (newest.id !== before?.id || newest.status === "pending") ? finishRelease(ctx, newest) : newest;
}

/** Shows a release's output and waits until it is out. @throws PublishError `RELEASE_FAILED` */
function finishRelease(ctx: HostContext, release: Release): Promise<Release> {
  return finish(ctx, `Release v${release.version}`, release, () => readRelease(ctx, release.id));
}

/** Shows a build's output and waits for its end. @throws PublishError `RELEASE_FAILED` */
export function finishBuild(ctx: HostContext, build: Build): Promise<Build> {
  const look = async () => (await appApi(ctx)("GET /apps/{app}/builds/{build}", {}, { build: build.id })).body;
  return finish(ctx, "The build", build, look);
}

type Work = Pick<Release, "id" | "status"> & { readonly output_stream_url?: string | null };

async function finish<T extends Work>(ctx: HostContext, title: string, begun: T, look: () => Promise<T>): Promise<T> {
  if (begun.output_stream_url) await showOutput(ctx, begun.output_stream_url);
  let now = begun;
  while (now.status === "pending") {
    now = await look();
    if (now.status === "pending") await sleep(pauseMs, undefined, ctx.signal ? { signal: ctx.signal } : {});
  }
  if (now.status === "succeeded") return now;
  throw new PublishError(
    "RELEASE_FAILED",
    `${title} of ${ctx.name} ended as ${now.status}.`,
    "Mend what its output says, then publish again.",
    { app: ctx.name, id: now.id, status: now.status },
  );
}

/** Output is worth a look, not a failure: a stream that does not come is left out. */
async function showOutput(ctx: HostContext, url: string): Promise<void> {
  try {
    const lines = streamLines(url, { ...host, fetch: ctx.fetch, signal: ctx.signal });
    for await (const text of lines) ctx.report({ type: "output", id: "heroku", text });
  } catch {
    ctx.signal?.throwIfAborted();
  }
}
