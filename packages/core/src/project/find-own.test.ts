import { mkdir, symlink } from "node:fs/promises";
import { expect, test } from "vitest";
import { inputsOf, makeFolder } from "../convert/fixtures.ts";
import { findOwn } from "./find-own.ts";

const whole = {
  "pets/metadata.yml": "title: Pets\n",
  "pets/datasette.yaml": "{}\n",
  "pets/settings.json": "{}",
  "pets/requirements.txt": "datasette-atom\n",
  "pets/templates/index.html": "",
  "pets/plugins/a.py": "",
  "pets/static/a.css": "",
  "pets/pets.csv": "a\n1\n",
};
const code = (of: string) => expect.objectContaining({ code: of }) as Error;

test("a project's files are found by Datasette's names, and nothing of them is left out", async () => {
  await using folder = await makeFolder(whole);
  const dir = folder.at("pets");
  const file = (name: string) => ({ path: folder.at(`pets/${name}`), name: folder.at(`pets/${name}`) });
  expect(findOwn(inputsOf(dir, folder.at("pets/pets.csv")), {})).toEqual({
    files: {
      metadata: file("metadata.yml"),
      config: file("datasette.yaml"),
      settings: file("settings.json"),
      requirements: file("requirements.txt"),
      templates: { ...file("templates"), root: dir },
      plugins: { ...file("plugins"), root: dir },
      statics: [{ mount: "static", folder: { ...file("static"), root: dir } }],
    },
    leftOut: [],
  });
});

test.each(["metadata.json", "metadata.yaml", "datasette.yml", "templates/a.html", "plugins/a.py"])("%s makes a project", async (name) => {
  await using folder = await makeFolder({ [name]: "", "requirements.txt": "" });
  expect(findOwn(inputsOf(folder.path), {}).files.requirements).toBeDefined();
});

test("beside nothing but data, requirements and settings are somebody else's; so is what only has a name", async () => {
  await using folder = await makeFolder({
    "requirements.txt": "pandas\n",
    "settings.json": "{}",
    "static/a.csv": "a\n",
    templates: "",
    "a/metadata.json": "",
  });
  await mkdir(folder.at("datasette.yaml"));
  expect(findOwn(inputsOf(folder.path), {})).toEqual({
    files: {},
    leftOut: [{ file: folder.at("requirements.txt"), why: expect.stringContaining("is installed only for") as string }],
  });
});

test("what is given wins over what is found, which is named then", async () => {
  await using folder = await makeFolder(whole);
  const given = {
    metadata: { path: "/other.json", name: "other.json" },
    plugins: { path: "/p", name: "p", root: "/p" },
    statics: ["static", "assets"].map((mount) => ({ mount, folder: { path: "/s", name: "s", root: "/s" } })),
  };
  const { files, leftOut } = findOwn(inputsOf(folder.at("pets")), given);
  expect(files).toMatchObject({ ...given, config: { path: folder.at("pets/datasette.yaml") } });
  expect(leftOut.map(({ file }) => file)).toEqual(["metadata.yml", "plugins", "static"].map((name) => folder.at(`pets/${name}`)));
  await using data = await makeFolder({ "a.csv": "a\n" });
  expect(findOwn(inputsOf(data.path), given)).toEqual({ files: given, leftOut: [] });
});

test("of two files of a kind, or two projects, none is chosen", async () => {
  await using folder = await makeFolder({ ...whole, "cats/plugins/a.py": "", "dogs/metadata.json": "{}", "dogs/metadata.yaml": "" });
  expect(() => findOwn(inputsOf(folder.at("dogs")), {})).toThrow(code("SITE_METADATA_INVALID"));
  expect(() => findOwn(inputsOf(folder.at("pets"), folder.at("cats")), {})).toThrow(code("INPUT_UNSUPPORTED"));
});

test("a link out of the folder is refused where it would describe the site", async () => {
  await using folder = await makeFolder({ "pets/a.csv": "a\n", "pets/own/metadata.json": "{}", "elsewhere/metadata.json": "{}" });
  await symlink(folder.at("pets/own/metadata.json"), folder.at("pets/metadata.json"));
  expect(findOwn(inputsOf(folder.at("pets")), {}).files.metadata?.path).toBe(folder.at("pets/metadata.json"));
  await symlink(folder.at("elsewhere/metadata.json"), folder.at("pets/datasette.json"));
  expect(() => findOwn(inputsOf(folder.at("pets")), {})).toThrow(code("INPUT_UNSUPPORTED"));
});
