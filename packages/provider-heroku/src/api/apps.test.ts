import { expect, it } from "vitest";
import { generationOf } from "./apps.ts";
import type { App } from "./types.ts";

it.each([["fir"], [{ id: "5a", name: "fir" }]])("finds the generation in %j", (generation) => {
  expect(generationOf({ generation } as App)).toBe("fir");
});
