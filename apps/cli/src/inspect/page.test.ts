import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectImage, type Inspection } from "@datasette-publish/core/inspect";
import { findBinary, realPart } from "@datasette-publish/testkit";
import { renderPage } from "./page.ts";
import { imageOf } from "./image.test-support.ts";

const evil = `</script><img src=x onerror="document.title='broken'">&.txt`;
let dir: string;
let inspection: Inspection;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "page-test-"));
  const first = { "usr/lib/libc.so": 900, "usr/lib/libz.so": 300, "usr/bin/sh": 200, [`app/${evil}`]: 100 };
  inspection = await inspectImage(await imageOf(dir, first, { "data/pets.db": 500 }), { report: () => {} });
});
afterAll(() => rmSync(dir, { recursive: true }));

test("the page is one file that asks for nothing", () => {
  const page = renderPage("pets.tar", inspection);
  expect(page).toContain("default-src 'none'");
  expect(page.replace(/"application\/json".*?<\/script>/s, "")).not.toMatch(/https?:|\bsrc=|<link|@import|url\(/);
});

test("names are text, in the page and in its data", () => {
  const page = renderPage(evil, inspection);
  expect(page).not.toContain("<img");
  expect(page.match(/<\/script>/g)).toHaveLength(2);
});

const press = (...keys: readonly string[]) => keys.map((key) => `press("${key}")`).join(";");
const click = (...tiles: readonly string[]) => tiles.map((name) => `tile("${name}").click()`).join(";");
const view = (name: string) => `[...document.querySelectorAll("#views button")].find((each) => each.textContent === "${name}").click()`;

/** What is done in the page, and what it then shows: where one is, the tiles, and which has the focus. */
const scenes: Readonly<Record<string, readonly [steps: string, shown: object]>> = {
  "draws the largest first": ["", { crumbs: ["Folders  2.0 kB"], tiles: ["usr", "data", "app"], focus: "" }],
  "takes names of files as text": [click("app", "<"), { tiles: [evil.slice("</".length)], title: "pets.tar: where its bytes are" }],
  "goes in by a click": [
    click("usr", "lib"),
    { crumbs: ["Folders", "usr", "lib  1.2 kB"], tiles: ["libc.so", "libz.so"], focus: "libc.so" },
  ],
  "goes back by a crumb": [
    `${click("usr", "lib")};document.querySelector("#crumbs button").click()`,
    { tiles: ["usr", "data", "app"], focus: "usr" },
  ],
  "goes back by Backspace, to where one was": [
    `${click("usr", "bin")};${press("Backspace")}`,
    { crumbs: ["Folders", "usr  1.4 kB"], focus: "bin" },
  ],
  "moves right by an arrow": [press("ArrowRight", "ArrowRight"), { focus: "data" }],
  "moves back by another": [press("ArrowRight", "ArrowRight", "ArrowLeft"), { focus: "usr" }],
  "shows packages": [view("Packages"), { crumbs: ["Packages  2.0 kB"], tiles: ["of no package", "databases"] }],
  "shows layers": [view("Layers"), { tiles: ["1  first", "2  second"] }],
};

describe.skipIf(!realPart("chromium"))("in a browser the page", () => {
  let shown: Record<string, object>;
  beforeAll(() => {
    const play = Object.entries(scenes).map(
      ([name, [steps]]) => `show([views[0]], false); ${steps}; shown[${JSON.stringify(name)}] = look();`,
    );
    const script = `
      const shown = {};
      const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      const tile = (name) => [...document.querySelectorAll(".tile")].find((each) => each.querySelector("b")?.textContent === name);
      const text = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
      const focus = () => document.activeElement.closest(".tile")?.querySelector("b")?.textContent ?? "";
      const look = () => ({ crumbs: text("#crumbs > *"), tiles: text(".tile > b"), focus: focus(), title: document.title });
      ${play.join("\n")}
      document.body.textContent = "shown:" + btoa(JSON.stringify(shown)) + ":";`;
    const file = join(dir, "page.html");
    writeFileSync(file, `${renderPage("pets.tar", inspection)}<script>${script.replaceAll("</", String.raw`<\/`)}</script>`);
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1200,900", `--user-data-dir=${join(dir, "profile")}`];
    const args = [...flags, "--dump-dom", pathToFileURL(file).href];
    const dom = execFileSync(findBinary("chromium")!, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    shown = JSON.parse(atob(/shown:([\w+/=]+):/.exec(dom)![1]!)) as typeof shown;
  });

  test.each(Object.keys(scenes))("%s", (name) => {
    expect(shown[name]).toMatchObject(scenes[name]![1]);
  });
});
