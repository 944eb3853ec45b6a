// Tests that take minutes, and what each one proves: they run when that has changed, and always by `npm run test:all`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const versions = /^(package\.json|pnpm-(lock|workspace)\.yaml|scripts\/(bootstrap|prepare|proofs)\.mjs)$/;

/** Each test file, and the files that it proves. */
const proofs = [
  // Builds the layers of both architectures anew.
  {
    test: "packages/runtime-build/src/build-runtime.test.ts",
    of: /^packages\/(runtime|runtime-build|plugins\/src|core\/src\/(build|oci))\//,
  },
  // Builds the layer of SpatiaLite for both architectures anew, and again.
  { test: "packages/runtime-build/src/spatialite.test.ts", of: /^packages\/(runtime|runtime-build|plugins\/src|core\/src\/oci)\// },
  // Publishes a SpatiaLite database with both Datasettes, and asks the containers.
  {
    test: "apps/cli/src/spatialite.e2e.test.ts",
    of: /^(packages\/(preview|provider-docker|runtime|runtime-build|core\/src\/(site|project|convert|build)|workbench\/src\/site)\/|apps\/cli\/src\/(preview|publish\/))/,
  },
  // Installs Heroku's own command line, and asks it what it makes of the stand-in.
  {
    test: "packages/provider-heroku/src/heroku-cli.e2e.test.ts",
    of: /^packages\/(provider-heroku|testkit\/src\/api|fake-hosts\/(src\/(heroku|hosting)|contracts\/heroku))/,
  },
  // Serves a whole site by both Datasettes: as an image, in the preview, and plainly.
  {
    test: "apps/cli/src/whole-site.e2e.test.ts",
    of: /^(packages\/(dockerfile|plugins|preview|runtime|runtime-build|core\/src\/(site|project|convert|build|oci))\/|packages\/workbench\/src\/site\/|apps\/cli\/src\/(flags|extra))/,
  },
  // Installs pytest, and runs the tests of csvs-to-sqlite on `publish convert`.
  {
    test: "apps/cli/src/csvs-to-sqlite.e2e.test.ts",
    of: /^(packages\/core\/src\/convert\/|apps\/cli\/src\/(csvs-to-sqlite|convert|argv|(column|file)-flags|flag-values))/,
  },
  // Builds a Dockerfile by the classic builder and by BuildKit, with a plugin that is compiled, on bases of Debian's packages.
  {
    test: "apps/cli/src/dockerfile.e2e.test.ts",
    of: /^(packages\/(dockerfile|provider-docker|runtime-build\/src\/.*\.py|core\/src\/build)\/|apps\/cli\/src\/(publish\/(builder-flags|own-image)|own-base))/,
  },
  // Runs some fifty plugins, each in a container.
  { test: "packages/plugins/src/plugin-table.test.ts", of: /^packages\/(plugins|runtime|runtime-build)\// },
  // Prepares a million rows with full-text search, and stops in the midst of it.
  { test: "packages/workbench/src/worker/large.test.ts", of: /^packages\/(workbench\/src\/worker|core\/src\/convert\/tables)\// },
  // Sends 500 MB to the page's server, and asks it while a million rows are prepared with full-text search.
  {
    test: "apps/web/src/server/large.test.ts",
    of: /^(apps\/web\/src\/(server\/|routes)|packages\/workbench\/src\/(jobs|drafts\/|store\/|worker\/))/,
  },
  // Publishes from the page to both stand-ins, each way; and kills its server at each step.
  { test: "apps/web/src/hosts.e2e.test.ts", of: /^(apps\/(web|cli\/src\/ui)|packages\/(workbench|fake-hosts|provider-(fly|heroku)))\// },
  { test: "apps/web/src/crash.e2e.test.ts", of: /^(apps\/(web|cli\/src\/ui)|packages\/workbench)\// },
  // Sends the page's server 500 MB.
  { test: "apps/web/src/large-upload.e2e.test.ts", of: /^(apps\/web\/src\/(server|browser\/files)|packages\/workbench\/src\/drafts)\// },
  // Packs every package, serves them from an npm registry, and follows the page as somebody who has only npm.
  {
    test: "packages/create-provider/src/writing-one.test.ts",
    of: /^(docs\/providers\/writing-one\.md|packages\/(create-provider|core|testkit|provider-docker|runtime)\/|apps\/cli\/src\/providers\/|.*\/package\.json)/,
  },
];

/** Tests whose subjects are as they were. None when it cannot be known what has changed. */
export function unchangedProofs() {
  for (const { test } of proofs) if (!existsSync(test)) throw new Error(`scripts/proofs.mjs: there is no ${test}.`);
  const files = changedFiles();
  if (files === null || files.some((file) => versions.test(file))) return [];
  return proofs.filter(({ test, of }) => !files.some((file) => file === test || of.test(file))).map(({ test }) => test);
}

/** Paths that differ from the merge base with `origin/main`, or on it from the commit before, committed or not; null when git cannot say. */
function changedFiles() {
  const [head, fork] = [git("rev-parse", "HEAD"), git("merge-base", "HEAD", "origin/main")];
  const base = fork === null || fork[0] === head?.[0] ? git("rev-parse", "HEAD~") : fork;
  if (base === null) return null;
  const [changed, added] = [git("diff", "--name-only", base[0]), git("ls-files", "--others", "--exclude-standard")];
  return changed === null || added === null ? null : [...changed, ...added];
}

/** The lines of git's answer; null when it fails. */
function git(...args) {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.split("\n").filter(Boolean) : null;
}
