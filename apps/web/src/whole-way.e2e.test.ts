import { execFileSync } from "node:child_process";
import { realPart } from "@datasette-publish/testkit";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOwnPage, type OwnPage } from "./own-page.test-support.ts";
import {
  brokenFile,
  chooseFiles,
  goOn,
  goToPlaces,
  membersFile,
  mendedFile,
  publishAt,
  seeHeading,
  windowsFile,
} from "./way.test-support.ts";

const onlyYou = "Only you can see this so far.";

/** The engine of this machine has what other tests run, too. */
const title = `Clubs of the town ${process.pid}`;

describe.skipIf(!realPart("chromium") || !realPart("docker"))("from three files to a site of one's own", () => {
  let own: OwnPage;

  beforeAll(async () => {
    own = await openOwnPage({ DOCKER_HOST: process.env["DOCKER_HOST"] }, { acceptDownloads: true });
  });
  afterAll(async () => {
    await own?.close();
    const containers = docker("ps", "--all", "--quiet", "--filter", `name=-${process.pid}$`).split("\n").filter(Boolean);
    if (containers.length > 0) docker("rm", "--force", ...containers);
    const images = docker("image", "ls", "--quiet", `*-${process.pid}`).split("\n").filter(Boolean);
    if (images.length > 0) docker("image", "rm", "--force", ...images);
  });

  it("which runs in this machine's Docker, and is removed again", async () => {
    const { page, problems } = own;
    await seeHeading(page, "Which files?");
    await chooseFiles(page, [windowsFile, membersFile, brokenFile]);
    await page.getByText("Line 3 has 3 values, but the first line names 2 columns.").waitFor();
    expect(await page.getByText(onlyYou).count()).toBe(1);
    await page.getByRole("button", { name: "Leave such lines out" }).click();
    await page.getByText("All files are read.").waitFor();

    await goOn(page, "Is this right?");
    await page.getByText("would lose its zeros at the front").waitFor();
    expect(await page.getByRole("cell", { name: "Jürgen Groß" }).count()).toBe(1);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Go back" }).click();
    await page.getByRole("button", { name: "Leave this column out: members › contact" }).click();
    await page.getByText("It is left out.").waitFor();

    await goOn(page, "What is it?");
    await page.getByLabel("Title", { exact: true }).fill(title);
    await page.getByRole("radio", { name: "Anything, if they name you (CC BY 4.0)" }).check();
    const preview = page.frameLocator("iframe");
    await preview.getByRole("heading", { name: title }).waitFor();
    expect(await preview.getByText("8 rows in 3 tables").count()).toBe(1);

    await goOn(page, "Where will it live?");
    await page.getByRole("radio", { name: "This computer" }).check();
    await page.getByText("Only this computer can open the site. Nothing is sent anywhere.").waitFor();
    await goOn(page, "Your site runs on this computer", "Start it on this computer");
    await page.getByText("it answers, and has all of its 8 rows in 3 tables").waitFor();
    expect(await rowsOf(page, "members")).toEqual([
      { zip: "01067", joined: "2024-01-31" },
      { zip: "04109", joined: "2024-02-29" },
      { zip: "00501", joined: "2024-03-31" },
    ]);
    expect(await rowsOf(page, "Käufer 2024")).toContainEqual({ nr: 1, name: "Jürgen Groß", ort: "Köln", betrag: "1,50" });
    const url = (await page.getByRole("link", { name: /^http:/ }).getAttribute("href")) ?? "";

    await page.getByRole("link", { name: "Look after your site" }).click();
    await page.getByText("It answers.").waitFor();
    await page.getByRole("button", { name: "Remove from this computer" }).click();
    await page.getByLabel(`Type ${title} to remove it.`).fill(title.toUpperCase());
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText(`This is not its title.`).waitFor();
    await page.getByLabel(`Type ${title} to remove it.`).fill(title);
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("It is removed.").waitFor();
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect(problems).toEqual([]);
  });

  it("which is one file for a server of one's own", async () => {
    const { page, problems } = own;
    await page.getByRole("link", { name: "Datasette Publish" }).click();
    await page.getByRole("link", { name: "New site" }).click();
    await seeHeading(page, "Which files?");
    await chooseFiles(page, [windowsFile, membersFile, brokenFile]);
    await page.getByText("Cannot be read").waitFor();
    await chooseFiles(page, [mendedFile], "Use another file");
    await goToPlaces(page, `${title} for a server`);
    await publishAt(page, "A file for your own server", { button: "Make the file", heading: "Your file is ready" });
    await page.getByText("Nobody else can see the site yet").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download the file" }).click()]);
    const loaded = docker("load", "--quiet", "--input", await download.path());
    expect(loaded).toContain(String(process.pid));
    expect(problems).toEqual([]);
  });
});

function docker(...args: readonly string[]): string {
  return execFileSync("docker", args, { encoding: "utf8" });
}

/** The rows of a table as programs get them, from the address that the page shows for that; without Datasette's own numbers. */
async function rowsOf(page: Page, table: string): Promise<Record<string, unknown>[]> {
  await page.getByLabel("Which table?").selectOption(table);
  const address = await page.getByLabel("For programs: its rows as JSON").innerText();
  const rows = (await (await fetch(address)).json()) as Record<string, unknown>[];
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => column !== "rowid")));
}
