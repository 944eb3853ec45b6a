import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const core = new URL("../../core/src/", import.meta.url);
const docs = new URL("../../../docs/providers/", import.meta.url);
const read = (file: string) => readFile(new URL(file, core), "utf8");

const entry = await read("provider.ts");
/** What is described besides what the entry has of `provider/`: what is reached from there. */
const reached = ["Accepts", "Price", "ProgramOptions", "ApiDescription", "CallOptions"];
const sources = [...entry.matchAll(/from "\.\/(provider\/[\w-]+\.ts|http\/api\.ts)"/g)].map(([, file = ""]) => file);
const interfaces = new Map((await Promise.all(sources.map(read))).flatMap(interfacesOf));
const context = interfacesOf(await read("events/events.ts")).find(([name]) => name === "Context")?.[1] ?? [];
const page = await readFile(new URL("interface.md", docs), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      /^\w+/.exec(section)?.[0] ?? "",
      [...section.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = ""]) => namesIn(cell)),
    ]),
);

/** The exported interfaces of a source, each with its own members; `?` marks an optional one. */
function interfacesOf(source: string): [name: string, members: string[]][] {
  const found = source.matchAll(/^export interface (\w+)[^{]*\{\n(.*?)^\}/gms);
  return [...found].map(([, name = "", body = ""]) => [
    name,
    [...body.matchAll(/^ {2}(?:readonly )?(\w+\??)[:(<]/gm)].map(([, member = ""]) => member),
  ]);
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+\??)`/g)].map(([, name = ""]) => name);
}

describe("docs/providers/interface.md", () => {
  const exported = [...entry.matchAll(/export type \{([^}]*)\} from "\.\/provider\//g)].flatMap(
    ([, names = ""]) => names.match(/\w+/g) ?? [],
  );
  const expected = [...new Set([...exported, ...reached])].filter((name) => interfaces.has(name)).sort();

  it("has a table for each type that an author meets", () => {
    expect([...sections.keys()].sort()).toEqual(expected);
  });

  it.each(expected)("has a row for every member of %s, and no other", (name) => {
    const members = [...(interfaces.get(name) ?? []), ...(name === "LoginContext" ? context : [])];
    expect(members).not.toEqual([]);
    expect(sections.get(name)?.toSorted()).toEqual(members.toSorted());
  });

  it("links to sections that there are", () => {
    const links = [...page.matchAll(/\]\(#(\w+)\)/g)].map(([, link = ""]) => link);
    const names = [...sections.keys()].map((name) => name.toLowerCase());
    expect(links.filter((link) => !names.includes(link))).toEqual([]);
  });
});

it("is told in the guide which remedies there are", async () => {
  const guide = await readFile(new URL("writing-one.md", docs), "utf8");
  const [, table = ""] = /<!-- remedies -->\n(.*?)<!-- end -->/s.exec(guide) ?? [];
  expect(actionsIn(table)).toEqual(actionsIn(await read("errors/remedies.ts")));
});

it("is told in the testkit's README what the suite can be told", async () => {
  const readme = await readFile(new URL("../../testkit/README.md", import.meta.url), "utf8");
  const setup = interfacesOf(await readFile(new URL("../../testkit/src/contract-setup.ts", import.meta.url), "utf8"));
  const [, table = ""] = /^\| member of `ContractSetup` .*\n([^]*?)\n\n/m.exec(readme) ?? [];
  const members = setup.find(([name]) => name === "ContractSetup")?.[1].map((member) => member.replace("?", ""));
  expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name).sort()).toEqual(members?.sort());
});

/** The kinds of remedies, as types or as literals. */
function actionsIn(text: string): readonly (string | undefined)[] {
  const found = text.matchAll(/(?:\{ |readonly )action: "([\w-]+)"/g);
  return [...new Set([...found].map(([, action]) => action))].sort();
}
