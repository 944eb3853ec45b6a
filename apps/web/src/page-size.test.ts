import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { describe, expect, it } from "vitest";

/** The most that the page's scripts may have together, gzipped, in bytes: somebody waits for them. */
const maxScriptBytes = 60_000;

const configFile = fileURLToPath(new URL("../vite.config.ts", import.meta.url));

describe("the page as it is built", async () => {
  const built = (await build({ configFile, logLevel: "silent", build: { write: false } })) as Rolldown.RolldownOutput;
  const { output } = built;
  const texts = output.map((file) => (file.type === "chunk" ? file.code : String(file.source)));

  it(`has at most ${maxScriptBytes} bytes of script, gzipped`, () => {
    const scripts = output.filter((file) => file.type === "chunk");
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.reduce((sum, { code }) => sum + gzipSync(code).length, 0)).toBeLessThanOrEqual(maxScriptBytes);
  });

  it("has no script and no style that its policy would refuse, and nothing from elsewhere", () => {
    const [html = ""] = output.flatMap((file) => (file.fileName === "index.html" && file.type === "asset" ? [String(file.source)] : []));
    expect(html).toMatch(/<script type="module"[^>]* src="\/assets\//);
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
    expect(texts.filter((text) => /@import|url\(["']?(?:https?:)?\/\//.test(text))).toEqual([]);
  });
});
