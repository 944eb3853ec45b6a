// Makes a picture of every screen of the page, light and dark, wide and narrow, by going the whole way with three files to a file for
// one's own server. `node --conditions=source scripts/screenshots.mjs [DIR]`: into DIR; without one, those that docs/web.md shows into
// docs/images/web. Needs Chromium and a page that was built.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { look, openChromium } from "../apps/web/src/chromium.test-support.ts";
import { makeHome, startUi } from "../apps/web/src/ui.test-support.ts";
import { brokenFile, chooseFiles, goOn, membersFile, mendedFile, publishAt, windowsFile } from "../apps/web/src/way.test-support.ts";

const dir = process.argv[2] ?? "docs/images/web";
const looks = process.argv[2] === undefined ? ["light-wide"] : ["light-wide", "light-narrow", "dark-wide", "dark-narrow"];
const widths = { wide: 1000, narrow: 320 };
mkdirSync(dir, { recursive: true });

const home = makeHome();
const ui = await startUi(home);
const browser = await openChromium();
const { page, problems, close } = await look(browser, ui.url);

async function shoot(name) {
  for (const each of looks) {
    const [colorScheme, width] = each.split("-");
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: widths[width], height: 800 });
    const path = join(dir, looks.length === 1 ? `${name}.png` : `${name}.${each}.png`);
    await page.screenshot({ path, fullPage: true });
    console.log(path);
  }
  await page.setViewportSize({ width: widths.wide, height: 800 });
}

try {
  await page.getByText("Drop your files here").waitFor();
  if (looks.length > 1) await shoot("0-nothing-yet");
  await chooseFiles(page, [windowsFile, membersFile, brokenFile]);
  await page.getByText("Cannot be read").waitFor();
  await shoot("1-files");
  await chooseFiles(page, [mendedFile], "Use another file");
  await page.getByText("All files are read.").waitFor();
  await goOn(page, "Is this right?");
  await shoot("2-check");
  await page.getByRole("button", { name: "Leave this column out: members › contact" }).click();
  await goOn(page, "What is it?");
  await page.getByLabel("Title", { exact: true }).fill("Clubs of the town");
  await page.getByRole("radio", { name: "Anything, if they name you (CC BY 4.0)" }).check();
  await page.frameLocator("iframe").getByRole("heading", { name: "Clubs of the town" }).waitFor();
  await shoot("3-about");
  await goOn(page, "Where will it live?");
  await page.getByRole("radio", { name: "A file for your own server" }).check();
  await page.getByRole("button", { name: "Make the file", disabled: false }).waitFor();
  await shoot("4-publish");
  await publishAt(page, "A file for your own server", { button: "Make the file", heading: "Your file is ready" });
  await shoot("5-live");
  await page.getByRole("link", { name: "Look after your site" }).click();
  await page.getByRole("button", { name: "Download everything" }).waitFor();
  await shoot("6-site");
  await page.getByRole("link", { name: "Datasette Publish" }).click();
  await page.getByRole("heading", { name: "Your sites" }).waitFor();
  if (looks.length > 1) await shoot("7-sites");
} finally {
  await close();
  await browser.close();
  await ui.stop();
  home.remove();
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
