import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeShortcut } from "./shortcut.ts";
import { desktopFolder, writeShortcut } from "./shortcut-file.ts";

const odd = [
  "/home/ada/my files",
  `it's "here"`,
  "a$b`c`",
  String.raw`back\slash\\`,
  "100%f %d",
  "käse; rm -rf & | > x",
  "-n",
  "two\nlines\t.",
  "*?~#",
];
const anyPath = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: "grapheme", minLength: 1 })).map((path) => path.replaceAll("\0", ""));

/** The arguments of an Exec key, as the Desktop Entry Specification has a desktop read them. */
function readExec(text: string): string[] {
  const [, value = ""] = /^Exec=([^\n]*)$/m.exec(text) ?? [];
  const escapes: Record<string, string> = { s: " ", n: "\n", t: "\t", r: "\r", "\\": "\\" };
  const plain = value.replaceAll(/\\([sntr\\])/g, (_, letter: string) => escapes[letter]!);
  return [...plain.matchAll(/"((?:[^"\\]|\\[^])*)"/g)].map(([, arg]) => arg!.replaceAll(/\\([^])/g, "$1").replaceAll("%%", "%"));
}

describe("a shortcut", () => {
  it("of Linux starts the command, whatever its paths are", () => {
    fc.assert(
      fc.property(fc.array(anyPath, { minLength: 1, maxLength: 4 }), (command) => {
        const { fileName, text } = makeShortcut("linux", "Datasette Publish", command);
        expect(fileName).toBe("Datasette Publish.desktop");
        expect(text.split("\n")).toHaveLength(8);
        expect(readExec(text)).toEqual(command);
      }),
    );
  });

  it("of macOS does too", () => {
    const { fileName, text } = makeShortcut("darwin", "Datasette Publish", ["printf", String.raw`%s\0`, ...odd]);
    expect(fileName).toBe("Datasette Publish.command");
    expect(spawnSync("sh", { input: text, encoding: "utf8" }).stdout.split("\0")).toEqual([...odd, ""]);
  });

  it("of Windows quotes what a batch file reads otherwise", () => {
    const { fileName, text } = makeShortcut("win32", "Datasette Publish", [
      String.raw`C:\Program Files\node.exe`,
      String.raw`D:\100% & more`,
      "D:\\",
    ]);
    expect(fileName).toBe("Datasette Publish.cmd");
    expect(text).toContain(`\r\n"C:\\Program Files\\node.exe" "D:\\100%% & more" "D:\\\\"\r\n`);
  });
});

describe("a shortcut's file", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "publish-shortcut-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it("is on the desktop, by the name that the user's language has for it, or in the home", async () => {
    expect(await desktopFolder({ HOME: home }, "linux")).toBe(home);
    for (const folder of ["Desktop", "Schreibtisch", ".config", "OneDrive", "OneDrive/Desktop"]) mkdirSync(join(home, folder));
    expect(await desktopFolder({ HOME: home }, "linux")).toBe(join(home, "Desktop"));
    writeFileSync(join(home, ".config", "user-dirs.dirs"), '# made by xdg-user-dirs\nXDG_DESKTOP_DIR="$HOME/Schreibtisch"\n');
    expect(await desktopFolder({ HOME: home }, "linux")).toBe(join(home, "Schreibtisch"));
    expect(await desktopFolder({ HOME: home }, "darwin")).toBe(join(home, "Desktop"));
    expect(await desktopFolder({ USERPROFILE: home, OneDrive: join(home, "OneDrive") }, "win32")).toBe(join(home, "OneDrive", "Desktop"));
  });

  it("starts this program with the whole paths, and may be run", async () => {
    writeFileSync(join(home, "a b.csv"), "a\n");
    const path = join(home, "a b.csv");
    const written = await writeShortcut({ dir: home, paths: [path], env: {}, platform: "linux" });
    expect(basename(written.path)).toBe("Datasette Publish a b.csv.desktop");
    expect(readExec(readFileSync(written.path, "utf8")).slice(-3)).toEqual([process.argv[1], "ui", path]);
    expect(statSync(written.path).mode & 0o777).toBe(0o755);
    await writeShortcut({ dir: home, paths: [path], env: {}, platform: "linux" });
  });

  it("is not written into a folder, or for a file, that is not there", async () => {
    for (const of of [
      { dir: join(home, "none"), paths: [] },
      { dir: home, paths: [join(home, "none.csv")] },
    ])
      await expect(writeShortcut({ ...of, env: {} })).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
  });
});
