import { expect, test } from "vitest";
import { withExtraOptions } from "./extra-options.ts";

const invalid = expect.objectContaining({ code: "OPTION_INVALID" }) as Error;
const taken = (line: string, given = {}) => withExtraOptions({ ...given, "extra-options": line });

test("nothing to take changes nothing", () => {
  expect(withExtraOptions({ title: "T" })).toEqual({ title: "T" });
});

test("options that are ours too become ours", () => {
  const line =
    "-m m.json -c c.yaml --setting a 1 -s b 'x y' --static s:dir --static=t:dir --template-dir=t --plugins-dir p --version-note '1 2' --crossdb --cors";
  expect(taken(line)).toEqual({
    metadata: "m.json",
    config: "c.yaml",
    setting: ["a=1", "b=x y"],
    static: ["s:dir", "t:dir"],
    "template-dir": "t",
    "plugins-dir": "p",
    "version-note": "1 2",
    crossdb: true,
    cors: true,
    "more-arguments": [],
  });
});

test("what is given by itself comes later, and so wins; of what can be given once nothing is chosen", () => {
  expect(taken("--setting a 1", { setting: ["a=2"] })).toMatchObject({ setting: ["a=1", "a=2"] });
  expect(() => taken("--metadata a.json", { metadata: "b.json" })).toThrow(invalid);
  expect(() => taken("--metadata a.json -m b.json")).toThrow(invalid);
  expect(() => taken("--cors", { cors: false })).toThrow(invalid);
  expect(taken("--crossdb", { crossdb: true })).toMatchObject({ crossdb: true });
});

test("0.65's former way to give a setting is one; a file's name is not", () => {
  expect(taken("--config default_page_size:50 --config ./a:b/c.yaml")).toMatchObject({
    setting: ["default_page_size=50"],
    config: "./a:b/c.yaml",
  });
});

test("others are passed on as they are", () => {
  expect(taken("--memory --internal /volume/i.db --new=1")).toEqual({
    "more-arguments": ["--memory", "--internal", "/volume/i.db", "--new", "1"],
  });
});

test.each([
  "--host 0.0.0.0",
  "-h ::",
  "--port=80",
  "--reload",
  "--uds s",
  "--ssl-keyfile k",
  "--ssl-certfile c",
  "-i a.db",
  "--immutable a.db",
  "--inspect-file i",
  "--load-extension spatialite",
  "--root",
  "--get /",
  "--secret canary",
  "--secret=canary",
  "--help",
  "-o",
  "other.db",
  "--memory other.db",
  "--setting a",
  "--metadata",
])("%s is refused", (line) => {
  expect(() => taken(line)).toThrow(invalid);
  expect(() => taken(line)).not.toThrow(/canary/);
});
