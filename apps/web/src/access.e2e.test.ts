import { realPart } from "@datasette-publish/testkit";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGood } from "./barriers.test-support.ts";
import { openOwnPage, type OwnPage } from "./own-page.test-support.ts";
import { brokenFile, membersFile, seeHeading, windowsFile } from "./way.test-support.ts";

/** More presses of the tab key than any screen needs. */
const maxPresses = 120;

describe.skipIf(!realPart("chromium"))("on a telephone's 320 px, by keyboard alone", () => {
  let own: OwnPage;

  beforeAll(async () => {
    own = await openOwnPage({}, { viewport: { width: 320, height: 640 } });
  });
  afterAll(() => own?.close());

  it("every screen is reached, read and used, in light and dark", async () => {
    const { page, problems } = own;
    const isGood = () => expectGood(page);
    await seeHeading(page, "Which files?");
    await isGood();
    const choose = page.getByRole("button", { name: "Choose files" });
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press(page, choose)]);
    await chooser.setFiles([windowsFile, membersFile, brokenFile]);
    await page.getByText("Line 3 has 3 values").waitFor();
    await isGood();
    await press(page, page.getByRole("button", { name: "Leave such lines out" }));
    await page.getByText("All files are read.").waitFor();
    await press(page, page.getByRole("button", { name: "Continue" }));

    await seeHeading(page, "Is this right?");
    await isGood();
    await press(page, page.getByRole("button", { name: "Continue" }));
    await page.getByRole("dialog").waitFor();
    await isGood();
    await page.keyboard.press("Escape");
    await press(page, page.getByRole("button", { name: "Change column zip" }));
    await page.getByRole("dialog").waitFor();
    await isGood();
    await page.keyboard.press("Escape");
    await press(page, page.getByRole("button", { name: "It is meant to be public: members › contact" }));
    await page.getByText("You said that it is meant to be public.").waitFor();
    await press(page, page.getByRole("button", { name: "Continue", disabled: false }));

    await seeHeading(page, "What is it?");
    await tabTo(page, page.getByLabel("Title", { exact: true }));
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Clubs of the town");
    await page.frameLocator("iframe").getByRole("heading", { name: "Clubs of the town" }).waitFor();
    await isGood();
    await press(page, page.getByRole("button", { name: "Continue", disabled: false }));

    await seeHeading(page, "Where will it live?");
    await tabTo(page, page.getByRole("radio").first());
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Make the file", disabled: false }).waitFor();
    await isGood();
    await press(page, page.getByRole("button", { name: "Make the file", disabled: false }));

    await seeHeading(page, "Your file is ready");
    await isGood();
    await press(page, page.getByRole("link", { name: "Look after your site" }));
    await seeHeading(page, "Clubs of the town");
    await page.getByText("Whoever runs it knows how it is.").waitFor();
    await isGood();
    await press(page, page.getByRole("link", { name: "Datasette Publish" }));
    await seeHeading(page, "Your sites");
    await page.getByText("Clubs of the town").first().waitFor();
    await isGood();
    expect(problems).toEqual([]);
  });
});

/** Goes to something by the tab key, and presses it. */
async function press(page: Page, what: Locator): Promise<void> {
  await tabTo(page, what);
  await page.keyboard.press("Enter");
}

async function tabTo(page: Page, what: Locator): Promise<void> {
  await what.waitFor();
  for (let presses = 0; presses < maxPresses; presses++) {
    if ((await what.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The tab key does not lead to ${what.toString()}.`);
}
