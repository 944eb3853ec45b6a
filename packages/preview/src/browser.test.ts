import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findBinary, realPart } from "@datasette-publish/testkit";
import { chromium, type BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPreview, type Preview } from "./preview.ts";
import { ctx, findRuntime, makeScene } from "./scene.test-support.ts";

const flags =
  "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-quic --no-first-run --disable-component-update --disable-sync";

describe.skipIf(!realPart("chromium"))("in Chromium", () => {
  const scene = makeScene();
  let preview: Preview;
  let browser: BrowserContext;

  beforeAll(async () => {
    preview = await startPreview(scene.site, await findRuntime(), ctx);
    browser = await chromium.launchPersistentContext(join(scene.dir, "profile"), {
      executablePath: findBinary("chromium") ?? "",
      args: flags.split(" "),
    });
  });

  afterAll(async () => {
    await browser?.close();
    await preview?.close();
    await rm(scene.dir, { recursive: true, force: true });
  });

  it("shows a table's rows without an error in the console", async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => message.type() === "error" && problems.push(`${message.text()} ${message.location().url}`));
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(`${preview.url}data/towns`);
    expect(await page.locator("table.rows-and-columns tbody tr").allInnerTexts()).toEqual([
      expect.stringMatching(/Ghent\s+265[^\d]?086/) as string,
      expect.stringMatching(/Łódź\s+655[^\d]?279/) as string,
    ]);
    await page.screenshot({ path: process.env["PREVIEW_SCREENSHOT"] ?? join(scene.dir, "table.png") });
    expect(problems).toEqual([]);
  });
});
