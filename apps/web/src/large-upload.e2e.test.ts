import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { realPart } from "@datasette-publish/testkit";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { look, openChromium } from "./chromium.test-support.ts";
import { makeHome, startUi, type Home, type Ui } from "./ui.test-support.ts";
import { seeHeading } from "./way.test-support.ts";

const sizeBytes = 500_000_000;
/** What the server's memory may grow by while the file comes, in bytes. */
const maxGrowthBytes = 150_000_000;
const lookMs = 50;

describe.skipIf(!realPart("chromium"))("a file of 500 MB", () => {
  let home: Home;
  let ui: Ui;
  let browser: Browser;
  let file = "";

  beforeAll(async () => {
    home = makeHome();
    file = join(home.dir, "large.csv");
    const stream = createWriteStream(file);
    const block = Buffer.from("1,some words\n".repeat(1000));
    stream.write("id,name\n");
    for (let at = 0; at < sizeBytes; at += block.length) if (!stream.write(block)) await once(stream, "drain");
    stream.end();
    await once(stream, "close");
    ui = await startUi(home);
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await ui?.stop();
    home?.remove();
  });

  it("comes whole, and the server's memory stays as it was", async () => {
    const { page, problems } = await look(browser, ui.url);
    await seeHeading(page, "Which files?");
    const beforeBytes = ui.memoryBytes();
    let mostBytes = beforeBytes;
    const looking = setInterval(() => (mostBytes = Math.max(mostBytes, ui.memoryBytes())), lookMs);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Choose files" }).click()]);
    await chooser.setFiles(file);
    await page.getByText("Being looked at…").waitFor({ timeout: 180_000 });
    clearInterval(looking);
    expect(await page.getByText("500 MB").count()).toBe(1);
    expect(mostBytes - beforeBytes).toBeLessThan(maxGrowthBytes);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("You stopped it. Nothing was changed.").waitFor();
    expect(problems).toEqual([]);
  });
});
