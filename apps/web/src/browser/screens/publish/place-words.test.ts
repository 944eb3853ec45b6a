import { expect, test } from "vitest";
import type { PlaceCard } from "@datasette-publish/workbench/protocol";
import { cardWords, placeName, tellAudience, withPlainWords } from "./place-words.ts";

const card = (id: string, more: Partial<PlaceCard> = {}): PlaceCard => ({
  id,
  provider: id,
  title: id,
  description: "As its provider says",
  price: null,
  login: null,
  address: null,
  options: [],
  verbs: [],
  isPublic: false,
  missing: null,
  ...more,
});

test("a card that is known is told plainly, another in its provider's words", () => {
  expect(cardWords(card("docker-run")).title).toBe("This computer");
  expect(cardWords(card("shed", { title: "The Shed" }))).toEqual({ title: "The Shed", description: "As its provider says" });
});

test("a place has a name within a sentence, also one whose card is gone", () => {
  const cards = [card("fly", { title: "Fly.io" })];
  expect(placeName("fly", cards)).toBe("Fly.io");
  expect(placeName("docker-run", [])).toBe("Docker on this computer");
  expect(placeName(undefined, cards, "fly")).toBe("Fly.io");
  expect(placeName("shed", [], "shed")).toBe("shed");
});

test("who can see a site: all, nobody yet, this computer", () => {
  expect(tellAudience(card("fly", { isPublic: true }))).toMatch(/^Anybody/);
  expect(tellAudience(card("docker-file"))).toMatch(/^Only you have the file/);
  expect(tellAudience(card("docker-run"))).toMatch(/^Only this computer/);
});

test("an access key is called one, and what else went wrong is told as it is", () => {
  const problem = { code: "CREDENTIALS_INVALID", message: "Fly.io did not take the token.", remedies: [], facts: {} } as const;
  expect(withPlainWords(problem, "Fly.io")).toEqual({ ...problem, message: expect.stringMatching(/^Fly.io did not take the access key/) });
  const other = { ...problem, code: "HOST_BUSY" } as const;
  expect(withPlainWords(other, "Fly.io")).toBe(other);
});
