import { expect, test } from "vitest";
import { nameError } from "./name-error.ts";

const texts = { nameMissing: "missing", nameTaken: "taken" };

test.each([
  ["", "missing"],
  ["ZIP", "taken"],
  ["zip code", null],
])("the name %j beside zip is %s", (wanted, said) => {
  expect(nameError(wanted, ["zip"], texts)).toBe(said);
});
