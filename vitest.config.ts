import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Publishing to the stand-ins for hosts: these tests wait more than they compute. */
const hosts = ["packages/provider-{fly,heroku}/src/**/*.test.ts", "packages/fake-hosts/src/{fly,heroku}/**/*.test.ts"];
/** No test of core leaves anything behind in its process. */
const core = ["packages/core/src/**/*.test.ts"];

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node"] } },
  test: {
    testTimeout: 240_000,
    hookTimeout: 300_000,
    globalSetup: fileURLToPath(new URL("scripts/own-data.mjs", import.meta.url)),
    // The command line, which many tests start from its sources, is compiled once.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/compile", import.meta.url)) },
    projects: [
      { extends: true, test: { name: "core", include: core, isolate: false, maxWorkers: 2 } },
      {
        extends: true,
        test: {
          name: "rest",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
          exclude: [...core, ...hosts],
          maxWorkers: 2,
        },
      },
      { extends: true, test: { name: "hosts", include: hosts, maxWorkers: 4, sequence: { groupOrder: 1 } } },
    ],
  },
});
