// What core and providers say is for every front end: no text there names a flag of the command line or a `publish` command.
import { parseAst } from "vitest/node";
import { takenNames } from "../packages/create-provider/src/taken-names.ts";

const flag = /(^|[\s(`'"])--([a-z]|\$\{)/i;
const command = new RegExp(`\\bpublish (${[...takenNames].join("|")})\\b|\\bpublish \\$\\{`);

/** Every text in the source of a file that names one, with its line. The words of an array are a program's arguments, and may. */
export function textsOfCommandLine(source) {
  return textsIn(parseAst(source, { lang: "ts" }))
    .filter(({ text }) => flag.test(text) || command.test(text))
    .map(({ start, text }) => ({ line: source.slice(0, start).split("\n").length, text }));
}

/** String and template literals below a node of the syntax tree. An expression in a template is `${}`, and is looked through as well. */
function textsIn(node) {
  if (typeof node !== "object" || node === null) return [];
  if (node.type === "Literal") return typeof node.value === "string" ? [{ start: node.start, text: node.value }] : [];
  const below = node.type === "ArrayExpression" ? node.elements.filter((element) => !isWord(element)) : Object.values(node);
  const texts = below.flatMap(textsIn);
  if (node.type !== "TemplateLiteral") return texts;
  return [{ start: node.start, text: node.quasis.map(({ value }) => value.cooked).join("${}") }, ...texts];
}

function isWord(element) {
  return element?.type === "Literal" && !/\s/.test(element.value);
}
