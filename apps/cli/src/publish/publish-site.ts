import { publish, type Context, type OptionValues, type Provider, type PublishResult, type Site } from "@datasette-publish/core";
import type { Preview } from "@datasette-publish/preview";
import { untilAborted } from "../base-command.ts";
import { openInBrowser } from "../browser.ts";
import { toConvertOptions, type Given } from "../flags.ts";
import { renderPublished } from "../summary.ts";
import { toCommonRequest } from "./common-flags.ts";

interface PublishCall {
  readonly provider: Provider;
  readonly paths: readonly string[];
  readonly options: OptionValues;
  /** What was given for our own flags. */
  readonly own: Given;
  readonly workDir: string;
  readonly json: boolean;
  readonly print: (lines: readonly string[]) => void;
}

/** Publishes, prints what came of it, then does what `--open` and `--serve` ask for. */
export async function publishSite({ provider, own, json, print, ...call }: PublishCall, context: Context): Promise<PublishResult> {
  const { ensureRuntime } = await import("@datasette-publish/runtime");
  let preview: Preview | undefined;
  try {
    const check = async (site: Site, ctx: Context) => {
      const { openChecked } = await import("../preview-site.ts");
      preview = await openChecked(site, 0, ctx);
      if (!own["serve"]) await preview.close();
    };
    const request = { ...call, ...toCommonRequest(own), convert: toConvertOptions(own), env: process.env, runtime: ensureRuntime };
    const result = await publish(provider, own["check"] === false ? request : { ...request, check }, context);
    print(renderPublished(result));
    if (own["open"] && result.deployment !== undefined) await openInBrowser(result.deployment.url, json, context);
    if (own["serve"] && preview !== undefined) {
      print(["", `Serving it at ${preview.url}  (Ctrl-C ends it)`]);
      await untilAborted(context.signal!);
    }
    return result;
  } finally {
    await preview?.close();
  }
}
