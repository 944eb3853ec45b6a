import { realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOwnPage, type OwnPage } from "./own-page.test-support.ts";
import { chooseFiles, fileOf, goOn, publishAt, seeHeading } from "./way.test-support.ts";

const markup = `"><img src=x onerror=alert(1)>`;
/** Turns the direction of what follows, so that `gpj.csv` reads as `vsc.jpg`. */
const turned = "bill‮gpj.csv";

describe.skipIf(!realPart("chromium"))("names and cells that are code to some", () => {
  let own: OwnPage;
  const dialogs: string[] = [];

  beforeAll(async () => {
    own = await openOwnPage();
    own.page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  });
  afterAll(() => own?.close());

  it("are shown as text on every screen, and nothing of them is loaded or run", async () => {
    const { page, problems } = own;
    const quoted = `"${markup.replaceAll('"', '""')}"`;
    await seeHeading(page, "Which files?");
    await chooseFiles(page, [
      fileOf(`${markup}.csv`, `id,${quoted}\n1,${quoted}\n2,<b>bold</b>\n`),
      fileOf(turned, "id,‮name\n1,‮mot\n"),
      fileOf(`${"ä".repeat(148)}.csv`, "id\n1\n"),
    ]);
    await page.getByText("Not taken").waitFor();
    await page.getByText(`${markup}.csv`).waitFor();
    await page.getByRole("button", { name: /^(Remove|Cancel) ää/ }).click();
    await page.getByText("All files are read.").waitFor();

    await goOn(page, "Is this right?");
    await page.getByRole("cell", { name: markup }).waitFor();
    await page.getByRole("cell", { name: "<b>bold</b>" }).waitFor();
    await goOn(page, "What is it?");
    await page.getByLabel("Title", { exact: true }).fill(markup);
    await page.getByLabel("In a sentence").fill(markup);
    await page.frameLocator("iframe").getByRole("heading", { name: markup }).waitFor();
    await goOn(page, "Where will it live?");
    await publishAt(page, "A file for your own server", { button: "Make the file", heading: "Your file is ready" });
    await page.getByRole("link", { name: "Look after your site" }).click();
    await seeHeading(page, markup);
    await page.getByRole("button", { name: "Forget it here" }).click();
    await page.getByRole("dialog").getByText(markup).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Datasette Publish" }).click();
    await page.getByText(markup).first().waitFor();

    expect(await page.locator("img").count()).toBe(0);
    expect(dialogs).toEqual([]);
    // The name that is too long was refused by the server, of which a browser tells.
    expect(problems.filter((problem) => !problem.startsWith("Failed to load resource: the server responded with a status of 400"))).toEqual(
      [],
    );
  });
});
