// The directions of docs/architecture.md, enforced: which package and which folder of core may import which,
// a README in every package, a page for every error code and a row for every code of a warning, texts that name no command line.
import { existsSync, globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { textsOfCommandLine } from "./check-texts.mjs";

/** Folder of core → folders of core it may import. */
const folders = {
  errors: [],
  run: [],
  events: ["errors"],
  files: ["errors", "events"],
  convert: ["files", "errors", "events"],
  site: ["convert", "files", "errors", "events"],
  project: ["site", "convert", "files", "errors", "events"],
  http: ["run", "errors", "events"],
  oci: ["http", "files", "run", "errors", "events"],
  inspect: ["oci", "errors", "events"],
  sbom: ["inspect", "oci", "files", "errors", "events"],
  build: ["oci", "site", "convert", "files", "errors", "events"],
  provider: ["http", "oci", "build", "project", "site", "convert", "files", "run", "errors", "events"],
  publish: ["provider", "http", "oci", "inspect", "sbom", "build", "project", "site", "convert", "files", "run", "errors", "events"],
};
/** Package → packages of this repository it may import. Tests may also use testkit. */
const packages = {
  core: [],
  runtime: ["core"],
  plugins: ["core", "runtime"],
  dockerfile: ["core", "runtime", "plugins"],
  "runtime-build": ["core", "runtime", "plugins"],
  preview: ["core", "runtime"],
  workbench: ["core", "runtime", "plugins", "preview", "provider-docker", "provider-fly", "provider-heroku"],
  testkit: ["core"],
  "fake-hosts": ["core", "testkit"],
  "provider-docker": ["core"],
  "provider-fly": ["core"],
  "provider-heroku": ["core"],
  "create-provider": ["core"],
};

/** App → packages of this repository it may import, `web` among them. Tests may also use testkit and fake-hosts. */
const apps = {
  web: ["core", "workbench"],
  cli: ["core", "runtime", "plugins", "dockerfile", "preview", "workbench", "provider-docker", "provider-fly", "provider-heroku", "web"],
};
/** What the page in the browser may import of others; of this app, its own files and the types of routes. */
const ofPage = /^(preact(\/hooks)?|@datasette-publish\/workbench\/protocol)$/;
const inApp = /^apps\/web\/src\/(browser\/|routes\.ts$)/;

const problems = [];
const matches = (file, pattern) => [...readFileSync(file, "utf8").matchAll(pattern)].map((match) => match[1]);
const imports = (file) => matches(file, /(?:\bfrom|\bimport\()\s*"([^"\n]+)"/g);

for (const file of globSync("packages/core/src/*/**/*.ts")) {
  const folder = file.split("/")[3];
  if (!(folder in folders)) problems.push(`${file}: unknown folder of core "${folder}"`);
  for (const target of imports(file)) {
    const to = target.startsWith(".") ? posix.join(posix.dirname(file), target).split("/")[3] : folder;
    if (to in folders && to !== folder && !folders[folder]?.includes(to) && !file.endsWith(".test.ts"))
      problems.push(`${file}: ${folder} may not import ${to}`);
    if (/^node:(readline|tty)$/.test(target)) problems.push(`${file}: core has no console`);
  }
}
for (const file of globSync("packages/*/src/**/*.ts")) {
  const name = file.split("/")[1];
  for (const target of imports(file)) {
    const to = /^@datasette-publish\/([a-z-]+)/.exec(target)?.[1];
    if (to === undefined) continue;
    const allowed = [...(packages[name] ?? ["core"]), ...(/\.test[.-]/.test(file) ? ["testkit", "fake-hosts", "runtime"] : [])];
    if (!allowed.includes(to)) problems.push(`${file}: ${name} may not import ${to}`);
  }
}
for (const file of globSync("apps/*/src/**/*.{ts,tsx}")) {
  const name = file.split("/")[1];
  const isTest = /\.test[.-]/.test(file);
  for (const target of imports(file)) {
    const to = /^@datasette-publish\/([a-z-]+)/.exec(target)?.[1];
    if (to !== undefined && ![...apps[name], ...(isTest ? ["testkit", "fake-hosts"] : [])].includes(to))
      problems.push(`${file}: ${name} may not import ${to}`);
    const isPages = target.startsWith(".") ? inApp.test(posix.join(posix.dirname(file), target)) : ofPage.test(target);
    if (file.startsWith("apps/web/src/browser/") && !isTest && !isPages) problems.push(`${file}: the page may not import ${target}`);
  }
  // The command line starts quickly: Hono is loaded for the page alone.
  if (name === "cli" && !isTest && /^import (?!type\b).*"@datasette-publish\/web"/m.test(readFileSync(file, "utf8")))
    problems.push(`${file}: load the page's server when it is started`);
}
for (const entry of globSync("packages/*/src/{index,inspect,oci,provider,protocol}.ts"))
  if (/^export (type )?\*/m.test(readFileSync(entry, "utf8"))) problems.push(`${entry}: an entry names each of its exports`);
for (const file of globSync("packages/{provider-*,create-provider/template}/src/**/*.ts")) {
  if (/\.test[.-]/.test(file)) continue;
  for (const [, kind, target] of readFileSync(file, "utf8").matchAll(/^import (type )?[^"]*"(@datasette-publish\/core[^"]*)"/gm))
    if (kind === undefined || target !== "@datasette-publish/core/provider")
      problems.push(`${file}: a provider imports of core only types, from @datasette-publish/core/provider`);
}
/** What a hosted provider decides, beside the host's API in `src/api`: see docs/decisions/0006-provider-interface.md. */
const maxProviderLines = 150;
const isCode = (line) => !/^\s*($|\/\/|\/?\*)/.test(line);
for (const api of globSync("packages/provider-*/src/api")) {
  const files = globSync(`${api.replace(/api$/, "")}*.ts`).filter((file) => !/\.test[.-]/.test(file));
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(isCode)).length;
  if (lines > maxProviderLines) problems.push(`${api.replace(/.api$/, "")}: ${lines} lines of code, not ${maxProviderLines} at most`);
}
for (const manifest of globSync("{packages,apps}/*/package.json")) {
  const readme = manifest.replace("package.json", "README.md");
  if (!existsSync(readme)) problems.push(`${readme} is missing`);
}
const codes = matches("packages/core/src/errors/codes.ts", /^ {2}([A-Z]+_?[A-Z_]+): "/gm);
const pages = new Set(globSync("docs/errors/*.md").map((file) => file.slice("docs/errors/".length, -".md".length)));
for (const code of codes) if (!pages.delete(code)) problems.push(`docs/errors/${code}.md is missing`);
for (const page of pages) if (page !== "README") problems.push(`docs/errors/${page}.md names no error code`);
const rows = new Set(matches("docs/warnings.md", /^\| `([A-Z_]+)` \|/gm));
for (const code of matches("packages/core/src/events/warnings.ts", /^ {2}([A-Z_]+): "/gm))
  if (!rows.delete(code)) problems.push(`docs/warnings.md has no row for ${code}`);
for (const row of rows) problems.push(`docs/warnings.md: ${row} is not the code of a warning`);
for (const file of globSync("packages/{core,provider-*}/src/**/*.ts")) {
  if (/\.test[.-]/.test(file)) continue;
  for (const { line, text } of textsOfCommandLine(readFileSync(file, "utf8")))
    problems.push(`${file}:${line}: names the command line; say it by a remedy or an option's key: ${text}`);
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
