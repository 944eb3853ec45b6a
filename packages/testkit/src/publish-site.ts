import {
  assembler,
  openTarget,
  plan,
  prepare,
  publish,
  type Context,
  type PrepareOptions,
  type Provider,
  type PublishResult,
  type Runtime,
  type Serve,
  type TargetRequest,
} from "@datasette-publish/core";

/** One whole publish, for tests. */
export interface SiteRequest extends TargetRequest, PrepareOptions {
  readonly runtime: (platform: Runtime["platform"], ctx: Context, line: Serve["line"]) => Promise<Runtime>;
  readonly dryRun?: boolean;
}

/** Opens the target, prepares the project, publishes it and removes what was prepared, as the command line does. */
export async function publishSite(provider: Provider, request: SiteRequest, ctx: Context): Promise<PublishResult> {
  const { project, convert = {}, site = {}, runtime, dryRun = false } = request;
  const target = await openTarget(provider, { ...request, pluginSecrets: site.pluginSecrets ?? [] }, ctx);
  await using prepared = await prepare(project, { convert, site }, ctx);
  return dryRun
    ? await plan(target, prepared)
    : await publish(
        target,
        prepared,
        assembler((platform, ctx, { line }) => runtime(platform, ctx, line)),
      );
}
