import { setOption, toRemedies, useVerb, type Remedy } from "@datasette-publish/core";
import { expect, test } from "vitest";
import { toLine, toSentences } from "./remedies.ts";

const cases: readonly (readonly [Remedy, sentence: string, line: string])[] = [
  [{ action: "advise", text: "Wait." }, "Wait.", "Wait."],
  [
    setOption("separator", ";", "if that is the delimiter"),
    "Add --separator ';' if that is the delimiter.",
    "Add --separator ';' if that is the delimiter.",
  ],
  [setOption("separator", "\t"), String.raw`Add --separator '\t'.`, String.raw`Add --separator '\t'.`],
  [setOption("dryRun", true), "Add --dry-run.", "Add --dry-run."],
  [setOption("name", undefined, "to call it otherwise"), "Give --name to call it otherwise.", "Give --name to call it otherwise."],
  [{ action: "remove-option", option: "vmSize" }, "Leave out --vm-size.", "Leave out --vm-size."],
  [{ action: "log-in", provider: "fly" }, "Run publish login fly.", "publish login fly"],
  [{ action: "replace-file", file: "a.csv", line: 3 }, "Correct line 3 of a.csv.", "Correct line 3 of a.csv."],
  [{ action: "leave-out", file: "a.csv" }, "Leave out a.csv.", "Leave out a.csv."],
  [{ action: "retry", afterMs: 1500 }, "Run the same command again in 2 s.", "Run the same command again in 2 s."],
  [{ action: "open-page", url: "https://a.example/" }, "Open https://a.example/.", "Open https://a.example/."],
  [{ action: "run", run: ["docker", "load", "-i", "my site.tar"] }, "Run docker load -i 'my site.tar'.", "docker load -i 'my site.tar'"],
  [
    useVerb("logs", "fly", { app: "pets" }, "to see why"),
    "Run publish logs fly --app pets to see why.",
    "publish logs fly --app pets  # to see why",
  ],
];

test.each(cases)("%j", (remedy, sentence, line) => {
  expect(toSentences([remedy])).toBe(sentence);
  expect(toLine(remedy)).toBe(line);
});

test("values that may be given together are one sentence to type", () => {
  const remedies = toRemedies([setOption("null", "t.a=#N/A", "if so"), setOption("null", "t.b=-", "if so")]);
  expect(toSentences(remedies)).toBe("Add --null 't.a=#N/A' --null t.b=- if so.");
  const ways = toRemedies([setOption("number", "t.a=thousands"), setOption("number", "t.a=decimal-comma")]);
  expect(toSentences(ways)).toBe("Give --number one of t.a=thousands, t.a=decimal-comma.");
});

test("a tab is written as it is to be typed", () => {
  expect(toSentences(toRemedies(setOption("separator", "t.csv=\t")))).toBe(String.raw`Add --separator 't.csv=\t'.`);
});

test("choices of one option are one sentence", () => {
  const remedies = toRemedies([setOption("to", "v4"), setOption("to", "v1"), "Or wait."]);
  expect(toSentences(remedies)).toBe("Give --to one of v4, v1. Or wait.");
});
