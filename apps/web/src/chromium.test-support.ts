import { findBinary } from "@datasette-publish/testkit";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const flags =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-quic --no-first-run --disable-component-update --disable-sync";

/** How long anything may take that is waited for on a page, in milliseconds. */
const timeoutMs = 30_000;

/** A page that is looked at, and what went wrong on it. */
export interface Look {
  readonly page: Page;
  /** Errors of the console and of scripts, and what the content security policy refused. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Chromium, without a window. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findBinary("chromium") ?? "", args: flags.split(" ") });
}

/** Opens a page as a new user does: with no storage of its own. Unset: 1280 × 800, light. */
export async function look(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Look> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(timeoutMs);
  const problems: string[] = [];
  await context.exposeFunction("tellViolation", (text: string) => problems.push(text));
  await context.addInitScript(watchPolicy);
  context.on("console", (message) => {
    if (message.type() === "error") problems.push(`${message.text()} ${message.location().url}`);
  });
  context.on("weberror", (error) => problems.push(error.error().message));
  const page = await context.newPage();
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}

// What runs in a page is text: only the page's own sources know the types of a document.
const watchPolicy = `addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  tellViolation(violatedDirective + " refused " + blockedURI));`;
