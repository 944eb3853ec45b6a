import { resolve } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../convert/fixtures.ts";
import { openProject } from "./project.ts";

const code = (of: string) => expect.objectContaining({ code: of }) as Error;

test("the first input names the project, the only one is its title", async () => {
  await using folder = await makeFolder({ "Stadt Zürich 2026/a.csv": "a\n", "b.csv": "b\n" });
  const [dir, file] = [folder.at("Stadt Zürich 2026"), folder.at("b.csv")];
  expect(openProject([dir])).toMatchObject({ name: "stadt-zurich-2026", title: "Stadt Zürich 2026", isNamed: false });
  expect(openProject([dir, file])).toMatchObject({ name: "stadt-zurich-2026", title: null });
  expect(openProject([file], { name: "pets" })).toMatchObject({ name: "pets", title: "b", isNamed: true });
  expect(openProject(["."]).name).toBe(openProject([resolve(".")]).name);
});

test("an input may be called otherwise than its file is: what is shown is its name alone", async () => {
  await using folder = await makeFolder({ "upload-7/x1": "a\n1\n" });
  const project = openProject([{ path: folder.at("upload-7/x1"), name: "people.csv" }]);
  expect(project).toMatchObject({ name: "people", title: "people" });
  expect(project.memory.place).toBe(".datasette-publish.json");
  expect(JSON.stringify({ name: project.name, title: project.title, place: project.memory.place })).not.toContain("upload-7");
});

test("its id tells apart folders of one name, and is the same however the folder is written", async () => {
  await using folder = await makeFolder({ "one/pets/a.csv": "a\n", "two/pets/a.csv": "a\n" });
  const [one, two] = [openProject([folder.at("one/pets")]), openProject([folder.at("two/pets")])];
  expect(one.name).toBe(two.name);
  expect(one.id).not.toBe(two.id);
  expect(openProject([`${folder.at("one/pets")}/`]).id).toBe(one.id);
  expect(openProject([folder.at("one/pets")], { id: "of-an-account" }).id).toBe("of-an-account");
});

test("what is not there, and what is no name, is refused", async () => {
  await using folder = await makeFolder();
  expect(() => openProject([folder.at("gone")])).toThrow(code("INPUT_NOT_FOUND"));
  for (const name of ["", "A", "-a", "a-", "a b", "é", "a".repeat(41)])
    expect(() => openProject([folder.path], { name })).toThrow(code("SITE_NAME_INVALID"));
});
