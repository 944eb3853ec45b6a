import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  dockerRunner,
  startFlyFake,
  startHerokuFake,
  type DockerRunner,
  type FlyFake,
  type HerokuFake,
} from "@datasette-publish/fake-hosts";
import { realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGood } from "./barriers.test-support.ts";
import { openOwnPage, type OwnPage } from "./own-page.test-support.ts";
import { chooseFiles, dropFiles, fileOf, goOn, publishAt, seeHeading } from "./way.test-support.ts";

const cats = fileOf("cats.csv", "id,name\n1,Tom\n2,Kit\n");
const moreCats = fileOf("cats.csv", "id,name\n1,Tom\n2,Kit\n3,Mia\n");

const hosts = [
  { title: "Fly.io", start: startFlyFake },
  { title: "Heroku", start: startHerokuFake },
] as const;

const isWhole = realPart("chromium") && realPart("docker") && realPart("registry");

describe.skipIf(!isWhole).each(hosts)("a site at $title", ({ title: host, start }) => {
  let own: OwnPage;
  let registry: RunningRegistry;
  let runner: DockerRunner;
  let fake: FlyFake | HerokuFake;
  let url = "";

  beforeAll(async () => {
    registry = await startRegistry();
    runner = dockerRunner();
    fake = await start({ runner, registry });
    own = await openOwnPage({ ...fake.env, FLY_API_TOKEN: undefined, HEROKU_API_KEY: undefined }, { acceptDownloads: true });
  });
  afterAll(async () => {
    await own?.close();
    await fake?.stop();
    await runner?.close();
    await registry?.stop();
  });

  it("is published with an access key that is pasted once", async () => {
    const { page } = own;
    await seeHeading(page, "Which files?");
    await chooseFiles(page, [cats]);
    await page.getByText("All files are read.").waitFor();
    await goOn(page, "Is this right?");
    await goOn(page, "What is it?");
    await page.getByLabel("Title", { exact: true }).fill("Cats of the town");
    await goOn(page, "Where will it live?");
    await page.getByRole("radio", { name: host }).check();
    await page.getByLabel("Access key").fill(fake.token);
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("This is the key of").waitFor();
    await page.getByText("Anybody with the address can read and copy all of it.").waitFor();
    expect(await page.getByText("Only you can see this so far.").count()).toBe(1);
    await goOn(page, "Your site is live", "Publish for everyone");
    url = (await page.getByRole("link", { name: /^http:/ }).getAttribute("href")) ?? "";
    await page.getByText(`Public at ${url}`).waitFor();
    await expectGood(page);
    expect(await rowsAt(url)).toBe(2);
  });

  it("is updated by new files that are dropped on it, once what will change is shown", async () => {
    const { page } = own;
    await page.getByRole("link", { name: "Look after your site" }).click();
    await page.getByText("It answers.").waitFor();
    await expectGood(page);
    await dropFiles(page, "Drop new files here to update the site", [moreCats]);
    await seeHeading(page, "Is this right?");
    await page.getByText("2 → 3 rows: 1 new").waitFor();
    expect(await rowsAt(url)).toBe(2);
    await goOn(page, "What is it?");
    expect(await page.getByLabel("Title", { exact: true }).inputValue()).toBe("Cats of the town");
    await goOn(page, "Where will it live?");
    await publishAt(page, host, { button: "Publish for everyone", heading: "Your site is live" });
    expect(await rowsAt(url)).toBe(3);
    expect(fake.apps.size).toBe(1);
  });

  it("goes back to the version before", async () => {
    const { page } = own;
    await page.getByRole("link", { name: "Look after your site" }).click();
    await page.getByRole("button", { name: /^Go back to this/ }).click();
    await page.getByRole("button", { name: "Go back to it" }).click();
    await page.getByText("The earlier version is live again.").waitFor();
    await expect.poll(() => rowsAt(url)).toBe(2);
  });

  it("is downloaded with everything", async () => {
    const { page } = own;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download everything" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("cats-of-the-town.zip");
    const zip = readFileSync(await download.path(), "latin1");
    for (const name of ["files/cats.csv", "data.db", "metadata.json", "README"]) expect(zip).toContain(name);
  });

  it("is removed by who types its title, and what was done is told nobody", async () => {
    const { page, problems } = own;
    await page.getByRole("button", { name: "Remove from the web" }).click();
    await page.getByLabel("Type Cats of the town to remove it.").fill("Cats of the town");
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("It is removed from the web.").waitFor();
    await page.getByText("Only you can see this so far.").waitFor();
    expect(fake.apps.size).toBe(0);
    expect(fake.api.violations).toEqual([]);
    expect(problems).toEqual([]);
    expect([...filesWith(own.home.dir, fake.token)]).toEqual([expect.stringMatching(/tokens\.json$/)]);
    expect(own.ui.shown.join("")).not.toContain(fake.token);
    expect(await storedIn(page)).not.toContain(fake.token);
  });
});

async function rowsAt(url: string): Promise<number> {
  const response = await fetch(new URL("data/cats.json?_size=0", url));
  return ((await response.json()) as { filtered_table_rows_count: number }).filtered_table_rows_count;
}

function storedIn(page: Page): Promise<string> {
  return page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])");
}

/** The files below a folder that have a text in them. */
function* filesWith(dir: string, text: string): Generator<string> {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && readFileSync(path).includes(text)) yield path;
  }
}
