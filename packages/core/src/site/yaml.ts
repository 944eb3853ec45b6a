import { LineCounter, isScalar, parseDocument, visit, type Document, type ScalarTag, type Tags } from "yaml";

/** Why a text is no YAML, or JSON, that a site can be described by. */
export class DescriptionSyntaxError extends Error {
  readonly line: number | null;

  constructor(message: string, line: number | null) {
    super(message);
    this.line = line;
  }
}

/** PyYAML's words, by which `allow: no` denies. The package's own tag takes `y` and `n` too, which are names of columns. */
const words = { on: /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, off: /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/ };
const booleans: ScalarTag[] = [true, false].map((value) => ({
  identify: (given) => given === value,
  default: true,
  tag: "tag:yaml.org,2002:bool",
  test: value ? words.on : words.off,
  resolve: () => value,
}));
/** What would be no JSON. A date stays the text that it is. */
const refused = new Set(["bool", "timestamp", "binary", "omap", "pairs", "set"].map((name) => `tag:yaml.org,2002:${name}`));

function customTags(tags: Tags): Tags {
  return [...booleans, ...tags.filter((tag) => typeof tag === "string" || !refused.has(tag.tag))];
}

/** Aliases may make a text this many times larger; more is an attack. */
const maxAliasCount = 100;

/**
 * Reads YAML 1.1 as Datasette's parser does (PyYAML's `safe_load`), but that a key stays the text that it is: a column may be called `no`.
 * Its value is plain JSON. A key that is given twice is an error.
 *
 * @throws DescriptionSyntaxError
 */
export function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { version: "1.1", customTags, lineCounter: lines, prettyErrors: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new DescriptionSyntaxError(problem.message, lines.linePos(problem.pos[0]).line);
    keepKeys(document, lines);
    return document.toJS({ maxAliasCount });
  } catch (error) {
    // Of a bomb, or of what is nested too deep for the package.
    throw error instanceof DescriptionSyntaxError ? error : new DescriptionSyntaxError((error as Error).message, null);
  }
}

/** @throws DescriptionSyntaxError for a key that is given twice in JSON, of which JSON's own parser takes the last one */
export function refuseTwice(json: string): void {
  const lines = new LineCounter();
  const { errors } = parseDocument(json, { version: "1.2", schema: "json", lineCounter: lines, prettyErrors: false });
  const twice = errors.find(({ code }) => code === "DUPLICATE_KEY");
  if (twice !== undefined) throw new DescriptionSyntaxError(twice.message, lines.linePos(twice.pos[0]).line);
}

function keepKeys(document: Document, lines: LineCounter): void {
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) throw new DescriptionSyntaxError("A key is not a text", null);
        if (key.type === "PLAIN" && key.source !== undefined && key.source !== "<<") key.value = key.source;
        const name = String(key.value);
        if (seen.has(name) && name !== "<<")
          throw new DescriptionSyntaxError("Map keys must be unique", lines.linePos(key.range?.[0] ?? 0).line);
        seen.add(name);
      }
    },
  });
}
