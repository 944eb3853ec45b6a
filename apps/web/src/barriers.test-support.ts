import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const runAxe = `axe.run({ exclude: ["iframe"] }, { iframes: false }).then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + ": " + failureSummary)))`;

/** What axe finds serious or critical on what is shown, a preview in a frame aside. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate<string[]>(runAxe);
}

const measureWidths = `(() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) =>
    element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  return [document.documentElement, ...document.body.querySelectorAll("*")]
    .filter((element) => Math.max(element.getBoundingClientRect().right, element === document.documentElement ? element.scrollWidth : 0) > width + 1)
    .filter((element) => !scrolls(element.parentElement))
    .map((element) => element.cloneNode().outerHTML + " " + element.textContent.slice(0, 40));
})()`;

/** What is wider than the window, but for what is in a box that scrolls. */
function findWide(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(measureWidths);
}

/** Expects that what is shown is for everyone: axe finds nothing serious in light and dark, and nothing is wider than the window. */
export async function expectGood(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findBarriers(page), `${page.url()} ${colorScheme}`).toEqual([]);
  }
  expect(await findWide(page), page.url()).toEqual([]);
}
