import type { Browser, BrowserContextOptions } from "playwright-core";
import { look, openChromium, type Look } from "./chromium.test-support.ts";
import { makeHome, startUi, type Home, type Ui } from "./ui.test-support.ts";

/** Somebody's home, `publish ui` that runs there, and a browser on its page. */
export interface OwnPage extends Look {
  readonly home: Home;
  readonly ui: Ui;
  readonly browser: Browser;
}

/** Opens the page of a new home; `close` ends browser and command, and removes the home. */
export async function openOwnPage(env: Home["env"] = {}, options: BrowserContextOptions = {}): Promise<OwnPage> {
  await using made = new AsyncDisposableStack();
  const home = made.adopt(makeHome(env), (one) => one.remove());
  const ui = made.adopt(await startUi(home), (one) => one.stop());
  const browser = made.adopt(await openChromium(), (one) => one.close());
  const { page, problems } = await look(browser, ui.url, options);
  const kept = made.move();
  return { home, ui, browser, page, problems, close: () => kept.disposeAsync() };
}
