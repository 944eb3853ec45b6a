// `npm test`: every check in one command; `npm run test:all` leaves nothing out. The last line is `N passed, N failed` (`, N skipped`).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, run } from "./prepare.mjs";
import { unchangedProofs } from "./proofs.mjs";

const given = process.argv.slice(2).filter((arg) => arg !== "--all");
const left = process.argv.includes("--all") ? [] : unchangedProofs();
await prepare(["amd64", "arm64"]);
const pnpm = (title, ...args) => run(title, "pnpm", ["exec", ...args]);
const checks = [
  await pnpm("Lint", "oxlint", "--type-aware", "--deny-warnings"),
  await pnpm("Format", "oxfmt", "--check", "."),
  await pnpm("Types", "tsc", "-p", "tsconfig.json"),
  await pnpm("Types of the page", "tsc", "-p", "apps/web/src/browser"),
  await pnpm("Unused code and dependencies", "knip"),
  await run("Package boundaries and docs", process.execPath, ["scripts/check-house.mjs"]),
];
const dir = mkdtempSync(join(tmpdir(), "publish-test-"));
const results = join(dir, "results.json");
const code = await run(
  "Tests",
  "pnpm",
  [
    "exec",
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${results}`,
    ...left.flatMap((file) => ["--exclude", file]),
    ...given,
  ],
  { show: true },
);
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(results, "utf8"));
rmSync(dir, { recursive: true });
const brokenFiles = testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
).length;
const passed = numPassedTests + checks.filter((status) => status === 0).length;
const failed = numFailedTests + brokenFiles + checks.filter((status) => status !== 0).length;
const skipped = numPendingTests + numTodoTests;
const unexplained = code !== 0 && numFailedTests + brokenFiles === 0 ? 1 : 0;
if (left.length > 0) console.error(`• Not run, as nothing that they prove has changed (npm run test:all runs them): ${left.join(", ")}`);
console.log(`${passed} passed, ${failed + unexplained} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed + unexplained > 0 ? 1 : 0;
