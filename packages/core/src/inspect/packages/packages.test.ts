import { describe, expect, test } from "vitest";
import { imageOf, sized, type Member } from "../image.test-support.ts";
import { inspectImage } from "../inspect.ts";

const packagesIn = async (...members: readonly Member[]) => {
  const { packages } = await inspectImage(imageOf(members), { report: () => {} });
  return packages.map(({ kind, name, version, sizeBytes, files }) => [kind, name, version, sizeBytes, files]);
};
const text = (name: string, content: string): Member => ({ name, content });
const site = "usr/local/lib/python3.11/site-packages";

describe("Debian", () => {
  test("a package has the files of its list, through the links of a merged /usr, and bytecode of them", async () => {
    const found = await packagesIn(
      { name: "lib", symlink: "usr/lib" },
      sized("usr/lib/libc.so.6", 500),
      sized("usr/share/python3/run.py", 10),
      sized("usr/share/python3/__pycache__/run.cpython-311.opt-1.pyc", 20),
      text(
        "var/lib/dpkg/status",
        "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\n\nPackage: python3\nVersion: 3.11\n\nPackage: gone\nStatus: deinstall ok config-files\n",
      ),
      text("var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib\n/lib/libc.so.6\n"),
      text("var/lib/dpkg/info/python3.list", "/usr/share/python3\n/usr/share/python3/run.py\n"),
    );
    expect(found).toEqual([
      ["deb", "libc6", "2.36-9", 500, 2],
      ["deb", "python3", "3.11", 30, 2],
    ]);
  });

  test("an image without lists has packages of unknown size", async () => {
    const found = await packagesIn(
      text("var/lib/dpkg/status.d/libssl3", "Package: libssl3\nVersion: 3.0\n"),
      text("var/lib/dpkg/status.d/libssl3.md5sums", "Package: no\n"),
    );
    expect(found).toEqual([["deb", "libssl3", "3.0", null, 0]]);
  });
});

test("an Alpine package has the files of its paragraph", async () => {
  const found = await packagesIn(
    sized("lib/ld-musl.so", 60),
    sized("init", 2),
    text("lib/apk/db/installed", "P:musl\nV:1.2.5-r1\nF:lib\nR:ld-musl.so\nF:\nR:init\n\nP:empty\nV:1\n"),
  );
  expect(found).toEqual([
    ["apk", "musl", "1.2.5-r1", 62, 2],
    ["apk", "empty", "1", 0, 0],
  ]);
});

describe("Python", () => {
  test("a wheel has what its RECORD lists, scripts and bytecode too; one that extends Datasette is a plugin", async () => {
    const info = `${site}/datasette_vega-0.6.2.dist-info`;
    const found = await packagesIn(
      sized(`${site}/vega/app, one.js`, 300),
      sized(`${site}/vega/__init__.pyc`, 7),
      sized("usr/local/bin/vega", 5),
      text(`${info}/METADATA`, "Metadata-Version: 2.1\r\nName: datasette-vega\r\nVersion: 0.6.2\r\n\r\nName: other\r\n"),
      text(`${info}/RECORD`, '"vega/app, one.js",sha256=x,300\r\nvega/__init__.py,sha256=y,9\r\n../../../bin/vega,,\r\n'),
      text(`${info}/entry_points.txt`, "[datasette]\nvega = datasette_vega\n"),
    );
    expect(found).toEqual([["plugin", "datasette-vega", "0.6.2", 312, 3]]);
  });

  test("without a RECORD, as in our images, it has the modules that are called like it", async () => {
    const found = await packagesIn(
      sized(`${site}/yaml/loader.pyc`, 90),
      sized(`${site}/_yaml.pyc`, 4),
      sized(`${site}/click_default_group.pyc`, 3),
      sized(`${site}/multipart/a.pyc`, 2),
      sized(`${site}/stranger.pyc`, 1),
      text(`${site}/pyyaml-6.0.dist-info/METADATA`, "Name: PyYAML\n"),
      text(`${site}/click_default_group-1.2.dist-info/METADATA`, ""),
      text(`${site}/python_multipart-0.1.dist-info/METADATA`, ""),
    );
    expect(found).toEqual([
      ["wheel", "PyYAML", "6.0", 107, 3],
      ["wheel", "click_default_group", "1.2", 3, 2],
      ["wheel", "python_multipart", "0.1", 2, 2],
    ]);
  });

  test("its top_level.txt says how they are called", async () => {
    const info = `${site}/Pillow-10.0.dist-info`;
    const found = await packagesIn(sized(`${site}/PIL/a.py`, 9), text(`${info}/METADATA`, ""), text(`${info}/top_level.txt`, "PIL\n"));
    expect(found).toEqual([["wheel", "Pillow", "10.0", 13, 3]]);
  });
});

test("a database is one by its first bytes, whatever it is called, unless a package brought it", async () => {
  const sqlite = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(84)]);
  const found = await packagesIn(
    { name: "data/pets", content: sqlite },
    text("data/no.db", "SQLite"),
    { name: `${site}/plug/own.db`, content: sqlite },
    text(`${site}/plug-1.dist-info/RECORD`, "plug/own.db,,\n"),
  );
  expect(found).toEqual([
    ["database", "data/pets", null, 100, 1],
    ["wheel", "plug", "1", 100, 1],
  ]);
});
