import { describe, expect, it } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import { redactor, secretVariables } from "./redact.ts";

const secret = "s3cr3t/with+signs";
const { report, error, data } = redactor([secret, "ab", ""]);

describe("redactor", () => {
  it("hides secrets and their encoded forms in events", () => {
    const seen: PublishEvent[] = [];
    const text = `${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString("base64")}`;
    report((event) => seen.push(event))({ type: "output", id: "x", text });
    expect(seen).toEqual([{ type: "output", id: "x", text: "[secret] [secret] [secret]" }]);
  });

  it.each(["", "_", "me:", "me@example.org:"])("hides them in base64 behind %j", (before) => {
    const shown = redactor([secret]).text(Buffer.from(`${before}${secret} and more`).toString("base64"));
    expect(shown).toContain("[secret]");
    const rest = Buffer.from(shown.split("[secret]").at(-1) ?? "", "base64").toString("latin1");
    expect(rest).not.toMatch(/s3cr3t|signs/);
  });

  it("hides them in base64url", () => {
    expect(redactor(["pa/ss?>~w"]).text("x cGEvc3M_Pn53 y")).toBe("x [secret] y");
  });

  it("hides them in an error's message, remedies, facts, stack and cause", () => {
    const shown = error(new PublishError("REGISTRY_REFUSED", `no ${secret}`, `not ${secret}`, { [secret]: secret }, new Error(secret)));
    const { message, remedies, facts, stack, cause, code } = shown;
    expect(code).toBe("REGISTRY_REFUSED");
    expect(JSON.stringify({ message, remedies, facts, stack, cause: String(cause) })).not.toContain(secret);
  });

  it("hides each line of a secret of several", () => {
    const { add, text } = redactor([]);
    add("-----BEGIN KEY-----\nsecret-line-1\r\nsecret-line-2\n");
    expect(text("log: secret-line-2")).toBe("log: [secret]");
  });

  it("leaves an error without secrets as it is", () => {
    const clean = new PublishError("PORT_TAKEN", "taken", "Choose another.");
    expect(error(clean)).toBe(clean);
  });

  it("does not blot out words that hold a short value, nor change other data", () => {
    const value = { text: "about", n: 1, yes: true, none: null, list: ["ab"] };
    expect(data(value)).toEqual(value);
  });
});

it("secretVariables goes by names", () => {
  expect(secretVariables({ DATASETTE_SECRET: "a", FLY_API_TOKEN: "b", HEROKU_API_KEY: "c", KEYBOARD: "d", HOME: "e" })).toEqual([
    "a",
    "b",
    "c",
  ]);
});
