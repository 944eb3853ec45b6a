import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { realPart } from "@datasette-publish/testkit";
import type { Browser, Page, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { look, openChromium, type Look } from "./chromium.test-support.ts";
import { makeHome, startUi, type Home, type Ui } from "./ui.test-support.ts";

/** What another site tries, as text that runs there; `app` is the origin of the page, `icon` an image of it. Each tells what it got. */
const attempts = {
  "fetches with CORS": `fetch(app + "/api/drafts", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })
    .then((response) => response.text(), () => null)`,
  "fetches without CORS": `fetch(app + "/api/drafts", { method: "POST", mode: "no-cors", body: "{}" }).then((response) => response.text() || null, () => null)`,
  "fetches the page": `fetch(app + "/").then((response) => response.text(), () => null)`,
  "sends a beacon": `Promise.resolve(navigator.sendBeacon(app + "/api/drafts", new Blob(["{}"], { type: "text/plain" }))).then(() => null)`,
  "listens for events": `new Promise((resolve) => {
    const source = new EventSource(app + "/api/jobs/1/events");
    source.onmessage = source.onopen = () => resolve("heard");
    source.onerror = () => resolve(null);
  })`,
  "loads it as an image": `new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve("loaded");
    image.onerror = () => resolve(null);
    image.src = icon;
  })`,
  "loads it as a script": `new Promise((resolve) => {
    const script = document.createElement("script");
    script.onload = () => resolve("loaded");
    script.onerror = () => resolve(null);
    script.src = app + "/api/start";
    document.body.append(script);
  })`,
  "frames it": `new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.onload = () => {
      try { resolve(frame.contentWindow.document.body.textContent); } catch { resolve(null); }
    };
    frame.src = app + "/";
    document.body.append(frame);
  })`,
  "opens it in a window": `new Promise((resolve) => {
    const opened = open(app + "/", "_blank");
    const look = () => {
      try {
        if (opened.closed || opened.location.href !== "about:blank") return resolve(opened.closed ? null : opened.document.body.textContent);
      } catch { return resolve(null); }
      setTimeout(look, 20);
    };
    look();
  })`,
  "posts a form": `new Promise((resolve) => {
    const frame = Object.assign(document.createElement("iframe"), { name: "answer" });
    const form = Object.assign(document.createElement("form"), { method: "post", action: app + "/api/drafts", target: "answer", enctype: "text/plain" });
    form.append(Object.assign(document.createElement("input"), { name: '{"x":"', value: '"}' }));
    document.body.append(frame, form);
    frame.onload = () => {
      try { if (frame.contentWindow.location.href !== "about:blank") resolve(frame.contentWindow.document.body.textContent); } catch { resolve(null); }
    };
    form.submit();
  })`,
};

describe.skipIf(!realPart("chromium"))("a page of another origin", () => {
  let home: Home;
  let ui: Ui;
  let browser: Browser;
  let own: Look;
  let foreign: Page;
  let site: Server;
  /** What every page was answered, and of that what our own page was, which may load still. */
  const answers: Response[] = [];
  const ownAnswers = new Set<Response>();

  beforeAll(async () => {
    home = makeHome();
    ui = await startUi(home);
    browser = await openChromium();
    own = await look(browser, ui.url);
    site = createServer((_, response) => response.setHeader("content-type", "text/html").end("<!doctype html><body>")).listen(
      0,
      "127.0.0.1",
    );
    await once(site, "listening");
    foreign = await own.page.context().newPage();
    await foreign.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    own.page.context().on("response", (response) => answers.push(response));
    own.page.on("response", (response) => ownAnswers.add(response));
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await ui?.stop();
    home?.remove();
  });

  /** What the page itself is told. */
  const drafts = async (): Promise<unknown> => {
    const { origin, hash } = new URL(ui.url);
    const response = await fetch(`${origin}/api/drafts`, { headers: { authorization: `Bearer ${hash.slice("#key=".length)}` } });
    return await response.json();
  };

  it.each(Object.entries(attempts))("that %s changes and reads nothing", async (_, attempt) => {
    const icon = new URL((await own.page.locator("link[rel=icon]").getAttribute("href")) ?? "", ui.url);
    expect(await foreign.evaluate(`((app, icon) => ${attempt})("${icon.origin}", "${icon.href}")`)).toBeNull();
    expect(await drafts()).toEqual([]);
  });

  it("is refused each time that it reaches what has data, and does nobody any harm", async () => {
    const data = answers
      .filter((response) => !ownAnswers.has(response) && response.url().startsWith(`${new URL(ui.url).origin}/api/`))
      .map((response) => ({ url: response.url(), status: response.status() }));
    // The window that was opened has a page of ours in it, which has no key.
    expect(data.filter(({ status }) => status !== 403 && status !== 401)).toEqual([]);
    expect(data.length).toBeGreaterThan(0);
    await own.page.reload();
    await own.page.getByText("Only you can see this so far.").waitFor();
    expect(await own.page.getByRole("alert").count()).toBe(0);
  });
});
