import { imageConfig, type Site } from "@datasette-publish/core";
import { describe, expect, test } from "vitest";
import { dockerfileOf, type Recipe } from "./dockerfile.ts";

const serve = {
  databases: [],
  writable: [],
  metadata: {},
  config: {},
  settings: { a: "$x" },
  plugins: [],
  templates: [],
  statics: [],
  moreArguments: [],
};
const site = {
  name: "pets",
  serve: { ...serve, line: "0.65", inspectData: {}, crossdb: false, cors: true, keepAnswers: "auto", workingDir: "/" },
};
const config = imageConfig(site as unknown as Site, {
  env: ["LANG=C.UTF-8"],
  entrypoint: ["python3", "-I", "/app/start.pyc"],
  user: "65532:65532",
  datasetteVersion: "0.65.5",
  pythonVersion: "3.13",
});
const glibc: Recipe = {
  base: { reference: "python:3.13-slim", python: "3.13", libc: "glibc" },
  packages: [],
  compiles: false,
  needsGit: false,
  locks: true,
  hasOwnWheels: false,
};
const musl: Recipe = { ...glibc, base: { reference: "python:3.13-alpine", python: "3.13", libc: "musl" } };
const textOf = (recipe: Recipe) =>
  dockerfileOf(recipe, config, [
    { from: "data/1", to: "/data" },
    { from: "site", to: "/site" },
  ]);
/** What is run in each stage. */
const stages = (recipe: Recipe) =>
  textOf(recipe)
    .split(/^FROM /m)
    .slice(1);

describe("a Dockerfile", () => {
  test("has two stages, and copies into the second what serves", () => {
    const [first, second] = stages(glibc);
    expect(stages(glibc)).toHaveLength(2);
    expect(first).toContain("python3 -I install.py 3.13");
    expect(second!.match(/^COPY .*$/gm)).toEqual(["COPY --from=packages /out/ /", "COPY data/1/ /data/", "COPY site/ /site/"]);
    expect(second).not.toMatch(/^RUN|pip/m);
  });

  test("takes nothing that only BuildKit knows", () => {
    for (const recipe of [glibc, musl, { ...glibc, compiles: true, packages: ["ripgrep"] }])
      expect(textOf(recipe)).not.toMatch(/--mount|<<|--chmod|--link|start-interval|# syntax/);
  });

  test("runs as nobody, in exec form, with the port as a variable", () => {
    const [, second] = stages(glibc);
    expect(second!.match(/^USER .*$/gm)!.at(-1)).toBe("USER 65532:65532");
    expect(second).toMatch(/^ENTRYPOINT \["python3","-I","\/app\/start.pyc",.*"--setting","a","\$x"\]$/m);
    expect(second).toMatch(/^ENV .*PORT="8006"$/m);
    expect(second).toMatch(/^HEALTHCHECK .* CMD \["python3","-I","\/app\/start.pyc","healthcheck"\]$/m);
  });

  test("has a compiler only where something is built from source, and only in the first stage", () => {
    expect(textOf(glibc)).not.toMatch(/gcc|python3-dev|pip wheel/);
    const [first, second] = stages({ ...glibc, compiles: true, needsGit: true, packages: ["libxml2"] });
    expect(first).toMatch(/apt-get install -y --no-install-recommends gcc g\+\+ libc6-dev ca-certificates git libxml2/);
    expect(first).toMatch(/pip wheel .*-c constraints.txt --find-links wheels -r sources.txt/);
    expect(second).toMatch(/apt-get install -y --no-install-recommends libxml2 && rm -rf \/var\/lib\/apt\/lists/);
    expect(second).not.toMatch(/gcc|git|dev/);
  });

  test("resolves all where it is built when nothing is locked", () => {
    const [first] = stages({ ...glibc, compiles: true, locks: false });
    expect(first).not.toMatch(/pip download|constraints|find-links/);
  });

  test("has pip find wheels that are in no index beside the requirements", () => {
    expect(stages({ ...glibc, hasOwnWheels: true })[0]).toMatch(/pip download .* --find-links own -r requirements.txt/);
    expect(textOf(glibc)).not.toContain("--find-links");
  });

  test("on Alpine adds Alpine's packages", () => {
    const [first, second] = stages({ ...musl, compiles: true, packages: ["ripgrep"] });
    expect(first).toMatch(/apk add --no-cache build-base ca-certificates ripgrep/);
    expect(first).toMatch(/\|\| echo python3-dev\).*\|\| echo py3-pip\)$/m);
    expect(second).toMatch(/^RUN apk add --no-cache ripgrep$/m);
    expect(textOf(musl)).not.toContain("apt-get");
  });
});
