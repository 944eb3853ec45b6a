import { expect, test } from "vitest";
import { separatorLine } from "./separator-line.ts";

test("the first line names a delimiter by sep= and nothing else", () => {
  for (const text of ["sep=;", "sep=;\na;b", "SEP=;\r\n", '"sep=;"\r\n', "sep=;\ra", "sep=; \n", "sep=;;;\n", '"sep=;";;\n'])
    expect(separatorLine(text)).toBe(";");
  for (const text of ["sep=\t\n", String.raw`sep=\t`, "sep=\t\t\n"]) expect(separatorLine(text)).toBe("\t");
  for (const text of ["sep=", "sep=\n", "sep=;,\n", "sep=ab\n", "sep,x\n", "a\nsep=;\n", " sep=;\n", '"sep=;\n'])
    expect(separatorLine(text)).toBe(null);
});
