import type { Context } from "@datasette-publish/core";

/** Opens a URL in the user's browser, and says so unless `json`. That none opens is a warning: what the command is for has been done. */
export async function openInBrowser(url: string | null, json: boolean, ctx: Context): Promise<void> {
  try {
    if (url === null) throw new Error("it has no URL");
    const { default: open } = await import("open");
    await open(url);
    if (!json) ctx.report({ type: "output", id: "browser", text: `Opened ${url} in the browser` });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    ctx.report({ type: "warned", code: "BROWSER_NOT_OPENED", message: `The site was not opened in a browser: ${reason}.` });
  }
}
