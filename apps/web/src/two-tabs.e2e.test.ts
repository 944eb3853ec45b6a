import { realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { look } from "./chromium.test-support.ts";
import { openOwnPage, type OwnPage } from "./own-page.test-support.ts";
import { chooseFiles, fileOf, goOn, seeHeading } from "./way.test-support.ts";

describe.skipIf(!realPart("chromium"))("the same draft in two windows", () => {
  let first: OwnPage;

  beforeAll(async () => {
    first = await openOwnPage();
  });
  afterAll(() => first?.close());

  it("is never published otherwise than it was looked at", async () => {
    const { page } = first;
    await seeHeading(page, "Which files?");
    await chooseFiles(page, [fileOf("cats.csv", "id,name\n1,Tom\n2,Kit\n")]);
    await page.getByText("All files are read.").waitFor();
    await goOn(page, "Is this right?");
    await goOn(page, "What is it?");
    await page.getByLabel("Title", { exact: true }).fill("Cats of the town");
    await goOn(page, "Where will it live?");
    await page.getByRole("radio", { name: "A file for your own server" }).check();
    await page.getByRole("button", { name: "Make the file", disabled: false }).waitFor();

    const address = new URL(first.ui.url);
    const second = await look(first.browser, `${address.origin}${new URL(page.url()).pathname.replace("publish", "files")}${address.hash}`);
    const other = second.page;
    await other.getByText("All files are read.").waitFor();
    await chooseFiles(other, [fileOf("dogs.csv", "id,name\n1,Rex\n")]);
    await other.getByText("All files are read.").waitFor();

    await page.getByRole("button", { name: "Make the file" }).click();
    await page.getByText("This is not what you looked at").waitFor();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Where will it live?");

    await goOn(page, "Your file is ready", "Make the file");
    await page.getByRole("link", { name: "Look after your site" }).click();
    await page.getByText(/^2 tables with 3 rows, published/).waitFor();
  });
});
