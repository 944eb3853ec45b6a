import { invalidOption, type PublishError } from "@datasette-publish/core";

/** What a shell would do something with: it is refused, as no shell is asked. */
const special = /[$`;&|<>()*?[\]{}!~#\n]/;

/**
 * The words of a line as a POSIX shell parts them, by blanks, quotes and backslashes.
 * @throws PublishError `OPTION_INVALID` for anything else that a shell would act upon, and for a quote without its end
 */
export function wordsOf(line: string, option: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === " " || character === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'" || character === '"') {
      const end = endOf(line, at, option);
      word = (word ?? "") + unquote(line.slice(at + 1, end), character, option);
      at = end;
    } else if (character === "\\") {
      if (at + 1 === line.length) throw wrong(option, "ends in a backslash");
      word = (word ?? "") + line[++at]!;
    } else {
      if (special.test(character)) throw wrong(option, `has ${character} outside of quotes`);
      word = (word ?? "") + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** Where the quote that begins at `start` ends. */
function endOf(line: string, start: number, option: string): number {
  const quote = line[start]!;
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === quote) return at;
    if (line[at] === "\\" && quote === '"') at++;
  }
  throw wrong(option, `has a ${quote} without its end`);
}

/** Between double quotes a backslash takes the meaning of these characters alone. */
function unquote(text: string, quote: string, option: string): string {
  if (quote === "'") return text;
  if (/(?:^|[^\\])(?:\\\\)*[$`]/.test(text)) throw wrong(option, "has $ or ` in double quotes");
  return text.replaceAll(/\\([\\"$`])/g, "$1");
}

function wrong(option: string, what: string): PublishError {
  return invalidOption(option, `${option} ${what}.`, "Write such a character between single quotes.");
}
