import { expect, test } from "vitest";
import type { PlaceCard, PlaceOption } from "@datasette-publish/workbench/protocol";
import { addressProblem, fieldsOf, formOf, readForm, readText, toText } from "./fields.ts";

const option = (more: Partial<PlaceOption> & { name: string }): PlaceOption => ({
  type: "string",
  label: more.name,
  description: "",
  ...more,
});
const card = (provider: string, ...options: PlaceOption[]): PlaceCard => ({
  id: provider,
  provider,
  title: provider,
  description: "",
  price: null,
  login: null,
  address: null,
  options,
  verbs: [],
  isPublic: true,
  missing: null,
});
const fieldOf = (of: PlaceOption) => {
  const { main, more } = fieldsOf(card("shed", of));
  const [field] = [...main, ...more];
  if (field === undefined) throw new Error("No field.");
  return field;
};

test("only what a publish needs is shown at once; the rest is folded, the plainer first", () => {
  const fields = fieldsOf(
    card("shed", option({ name: "size", level: "more" }), option({ name: "door" }), option({ name: "host", required: true })),
  );
  expect(fields.main.map(({ label }) => label)).toEqual(["host"]);
  expect(fields.more.map(({ label }) => label)).toEqual(["door", "size"]);
});

test("a known option has words of its own, an unknown one those of its provider without marks", () => {
  expect(fieldsOf(card("fly", option({ name: "vmSize", description: "Size of each machine" }))).more[0]).toMatchObject({
    label: "Size of the machine",
  });
  const described = option({ name: "port", description: "Port that {run} serves on, as `docker run` has it" });
  const { more } = fieldsOf(card("shed", described, option({ name: "run", label: "Start it" })));
  expect(more[0]?.help).toBe("Port that Start it serves on, as docker run has it");
});

test("an empty field is the usual value, unless one is needed", () => {
  expect(readText(fieldOf(option({ name: "size" })), "  ")).toEqual({});
  expect(readText(fieldOf(option({ name: "host", required: true })), "\n")).toEqual({ problem: "host is needed here." });
});

test("a number is whole and within its bounds", () => {
  const port = fieldOf(option({ name: "port", type: "integer", minimum: 1, maximum: 65_535 }));
  expect(readText(port, " 8006 ")).toEqual({ value: 8006 });
  for (const text of ["8006.5", "1e3", "x", "0x10", "9007199254740993"]) expect(readText(port, text)).toHaveProperty("problem");
  expect(readText(port, "0")).toEqual({ problem: "port has to be 1 or more." });
  expect(readText(port, "65536")).toEqual({ problem: "port has to be 65535 or less." });
});

test("several values are one in each line", () => {
  const regions = fieldOf(option({ name: "region", multiple: true }));
  expect(readText(regions, "ams\n\n fra ")).toEqual({ value: ["ams", "fra"] });
  expect(toText(["ams", "fra"])).toBe("ams\nfra");
  expect([toText(undefined), toText(0), toText(false)]).toEqual(["", "0", "false"]);
});

test("a box is ticked, not ticked, or as usual", () => {
  const wake = fieldOf(option({ name: "wake", type: "boolean" }));
  expect(["", "true", "false"].map((text) => readText(wake, text))).toEqual([{}, { value: true }, { value: false }]);
});

test("a form is read as a place, and a place shown as its form", () => {
  const fly: PlaceCard = {
    ...card("fly", option({ name: "region", multiple: true }), option({ name: "memory", type: "integer" })),
    address: { pattern: "^[a-z-]+$", maxLength: 10 },
  };
  const place = { card: "fly", options: { region: ["ams", "fra"], memory: 512 }, address: "pets" };
  expect(readForm(fly, formOf(place))).toEqual({ place, errors: [] });
  expect(readForm(fly, { card: "fly", texts: { gone: "x" }, address: " " }).place).toEqual({ card: "fly", options: {}, address: null });
  expect(readForm(fly, { card: "fly", texts: { memory: "much" }, address: "Pets" }).errors.map(({ field }) => field)).toEqual([
    "address",
    "option-memory",
  ]);
});

test("an address follows the host's rule, or is left to be made", () => {
  const rule = { pattern: "^[a-z0-9]+(-+[a-z0-9]+)*$", maxLength: 10 };
  expect(["", "pets", "pets-2026"].map((address) => addressProblem(rule, address))).toEqual([null, null, null]);
  for (const address of ["Pets", "pets-", "pets of the city"]) expect(addressProblem(rule, address)).toMatch(/at most 10/);
});
