import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { warn, type Context } from "@datasette-publish/core";

/** An opener that finds no browser ends before that; one that is the browser goes on. */
const openerMs = 2000;

/** Opens a URL in the user's browser, and says so unless `json`. That none opens is a warning: what the command is for has been done. */
export async function openInBrowser(url: string | null, json: boolean, ctx: Context): Promise<void> {
  try {
    if (url === null) throw new Error("it has no URL");
    await openTarget(url);
    if (!json) ctx.report({ type: "output", id: "browser", text: `Opened ${url} in the browser` });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedies = url === null ? [] : ([{ action: "open-page", url }] as const);
    warn(ctx, "BROWSER_NOT_OPENED", `The site was not opened in a browser: ${reason}.`, { url, reason }, remedies);
  }
}

/** Starts the user's browser with an address or a file. @throws Error when there is none */
export async function openTarget(target: string): Promise<void> {
  const { default: open } = await import("open");
  const opener = await open(target);
  const ended = once(opener, "exit").then(([status]) => status as number | null);
  const status = opener.exitCode ?? (await Promise.race([ended, sleep(openerMs)]));
  if (status) throw new Error(`the program that opens it ended with status ${status}`);
}
