import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFlyFake, stubRunner, type FlyFake } from "@datasette-publish/fake-hosts";
import { realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectGood } from "./barriers.test-support.ts";
import { look, openChromium, type Look } from "./chromium.test-support.ts";
import { makeHome, startUi, type Home, type Ui } from "./ui.test-support.ts";
import { goOn, seeHeading } from "./way.test-support.ts";

const rows = 2_000_000;
/** How fast files are sent here, in bytes a second: slow enough to be in the midst of it. */
const uploadThroughput = 1_000_000;

describe.skipIf(!realPart("chromium") || !realPart("registry"))("a server that is killed and started again", () => {
  let home: Home;
  let ui: Ui;
  let browser: Browser;
  let own: Look;
  let registry: RunningRegistry;
  let fake: FlyFake;
  /** A machine at the host starts only then. */
  const gate = Promise.withResolvers<void>();
  /** The host was asked to start it. */
  const asked = Promise.withResolvers<void>();
  let file = "";

  beforeAll(async () => {
    [registry, browser] = await Promise.all([startRegistry(), openChromium()]);
    const start = stubRunner({ rows, healthy: true });
    const runner: typeof start = async (site) => {
      asked.resolve();
      await gate.promise;
      return start(site);
    };
    fake = await startFlyFake({ runner, registry });
    home = makeHome({ ...fake.env });
    file = join(home.dir, "numbers.csv");
    writeFileSync(file, `n\n${Array.from({ length: rows }, (_, at) => at).join("\n")}\n`);
    ui = await startUi(home);
    own = await look(browser, ui.url);
  });
  afterAll(async () => {
    gate.resolve();
    await browser?.close();
    await ui?.stop();
    await fake?.stop();
    await registry?.stop();
    home?.remove();
  });

  /** As after a crash: the page is opened again by the address of the new server, and what was begun is gone on with. */
  const startAgain = async (): Promise<Page> => {
    await ui.kill();
    ui = await startUi(home);
    await own.close();
    own = await look(browser, ui.url);
    await seeHeading(own.page, "Your sites");
    return own.page;
  };

  it("has what came of a file, which goes on, and reads it once more when it was killed at that", async () => {
    const { page } = own;
    await seeHeading(page, "Which files?");
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
    await choose(page, file);
    await page.getByText(/^Being read in: [1-9]\d/).waitFor();

    const second = await startAgain();
    await second.getByRole("link", { name: /^Continue/ }).click();
    await second.getByText(/^Only [1-9]\d?% of it is here/).waitFor();
    await choose(second, file);
    await second.getByText("Being looked at…").waitFor();

    const third = await startAgain();
    await third.getByRole("link", { name: /^Continue/ }).click();
    await third.getByText(/^Read: /).waitFor();
    expect(await third.getByText("2,000,000 rows").count()).toBe(1);
  });

  it("keeps what was filled in, as each screen does that is loaded again", async () => {
    const { page } = own;
    await goOn(page, "Is this right?");
    await page.reload();
    await page.getByRole("heading", { name: "numbers" }).waitFor();
    await goOn(page, "What is it?");
    await page.getByLabel("Title", { exact: true }).fill("Numbers of the town");
    await goOn(page, "Where will it live?");
    await page.reload();
    await page.getByRole("radio", { name: "Fly.io" }).check();
    await page.getByText("Anybody with the address can read and copy all of it.").waitFor();
    await page.reload();
    await page.getByText("Anybody with the address can read and copy all of it.").waitFor();
    expect(await page.getByRole("radio", { name: "Fly.io" }).isChecked()).toBe(true);
  });

  it("publishes once: what was begun goes on, or is told as interrupted and published again", async () => {
    const { page } = own;
    await goOn(page, "Publishing", "Publish for everyone");
    await page.reload();
    await seeHeading(page, "Publishing");
    await asked.promise;
    await expectGood(page);

    const again = await startAgain();
    gate.resolve();
    await again.getByText("Numbers of the town").first().waitFor();
    await again.goto(`${new URL(ui.url).origin}${new URL(page.url()).pathname}`);
    const interrupted = again.getByRole("button", { name: "Publish again" });
    const live = again.getByRole("heading", { level: 1, name: "Your site is live" });
    await interrupted.or(live).waitFor();
    if (await interrupted.isVisible()) await interrupted.click();
    await live.waitFor();
    expect([...fake.apps.values()].map(({ machines }) => machines.size)).toEqual([1]);
    expect(fake.api.violations).toEqual([]);
  });
});

async function choose(page: Page, path: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Choose files" }).click()]);
  await chooser.setFiles(path);
}
