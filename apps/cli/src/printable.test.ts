import { PublishError } from "@datasette-publish/core";
import { expect, test } from "vitest";
import { renderError } from "./errors.ts";
import { printable } from "./printable.ts";

const clipboard = "\u001b]52;c;aGk=\u0007";

test("control characters are shown as their numbers, all other text as it is", () => {
  expect(printable(`a${clipboard}\r\n\u009b1m`)).toBe(String.raw`a\x1b]52;c;aGk=\x07\x0d\x0a\x9b1m`);
  expect(printable("naïve 表 👍🏽 \u2028")).toBe("naïve 表 👍🏽 \u2028");
  expect(printable("a\tb\nc\u001b", "\n\t")).toBe("a\tb\nc\\x1b");
});

test("an error says three lines, whatever is in its message", () => {
  const lines = renderError(new PublishError("CSV_INVALID", `${clipboard}\n::add-mask::x`, `Mend it.\n::stop::`)).split("\n");
  expect(lines.map((line) => line.split(":")[0])).toEqual(["error", "hint", "code", ""]);
  expect(lines.join("")).not.toMatch(/\p{Cc}/u);
});
