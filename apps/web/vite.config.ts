import { defineConfig } from "vite";

/** The page: static files that the server hands out. */
export default defineConfig({
  root: new URL("src/browser", import.meta.url).pathname,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../../dist/page", emptyOutDir: true, target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
