import { expect, test } from "vitest";
import { namePicked } from "./picked.ts";

const named = (...paths: string[]) => {
  const { picked, hidden } = namePicked(paths.map((path) => ({ path, file: new File([], "x") })));
  return { names: picked.map(({ name }) => name), hidden };
};

test("a file is called by its name, and by its path where two would have the same", () => {
  expect(named("csvs/people.csv", "csvs/2023/budget.csv", "csvs/2024/Budget.csv").names).toEqual([
    "people.csv",
    "csvs - 2023 - budget.csv",
    "csvs - 2024 - Budget.csv",
  ]);
});

test("what systems leave in folders is counted and passed over", () => {
  expect(named("a/.git/config", "a/.DS_Store", "a/__MACOSX/b.csv", "a/Thumbs.db", "a/b.csv")).toEqual({ names: ["b.csv"], hidden: 4 });
});
