import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { nearest } from "../../errors/nearest.ts";
import type { PublishError } from "../../errors/publish-error.ts";
import { settingsSchema, type Schema } from "./schema.ts";
import { settingsError } from "./settings-error.ts";
import type { Settings } from "./settings.ts";
import { allows, expected, takes } from "./values.ts";

/** The settings of a file, and where each of its keys and names stands. */
export interface SettingsText {
  readonly settings: Settings;
  /** The line, from 1, of a key or of a name in a list: `lineOf("tables", "people", "key", "id")`. */
  lineOf(...path: readonly string[]): number | null;
}

/**
 * Reads the text of `publish.yaml`, `file` by its name. A value is taken as its key wants it: a column may be called `no`, and `0` be a word.
 * @throws PublishError `SETTINGS_INVALID` with the first line that is no YAML, no known key, or has no value that its key takes
 */
export function parseSettings(text: string, file: string): SettingsText {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ""), { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined)
    throw settingsError(
      { file, line: lines.linePos(problem.pos[0]).line },
      `this is not valid YAML: ${problem.message.replace(/\.$/, "")}`,
      "Write a text that has : or # in it, or begins with - or *, in quotes.",
    );
  const reader = new Reader(file, document, lines);
  const settings = reader.read(document.contents, settingsSchema, []) ?? {};
  return { settings, lineOf: (...path) => reader.lines.get(JSON.stringify(path)) ?? null };
}

/** A node of a document, as the schema says it is to be read. */
class Reader {
  /** By path, as JSON. */
  readonly lines = new Map<string, number>();

  private readonly file: string;
  private readonly document: Document;
  private readonly counter: LineCounter;

  constructor(file: string, document: Document, counter: LineCounter) {
    this.file = file;
    this.document = document;
    this.counter = counter;
  }

  /** What is there; undefined where nothing is. */
  read(given: Node | null, schema: Schema, path: readonly string[]): unknown {
    const node = isAlias(given) ? given.resolve(this.document) : given;
    if (isMap(node)) return this.readMap(node, schema, path);
    if (isSeq(node)) return this.readList(node, schema, path);
    return isScalar(node) && !isBlank(node) ? this.readScalar(node, schema, path) : undefined;
  }

  private readMap(map: YAMLMap, schema: Schema, path: readonly string[]): object {
    if (!allows(schema, "object")) throw this.wrongValue(map, schema, path, "names with settings");
    const read: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of map.items) {
      if (!isScalar(key)) throw this.error(map, `a name in ${placeOf(path)} is not a text`, path.join("."));
      const name = String(key.value);
      const of = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties![name] : schema.additionalProperties;
      if (!of) throw this.unknownKey(key, name, schema);
      this.mark(key, [...path, name]);
      const found = this.read(value as Node | null, of, [...path, name]);
      if (found !== undefined) read[name] = found;
    }
    return read;
  }

  private readList(list: YAMLSeq, schema: Schema, path: readonly string[]): unknown[] {
    if (!allows(schema, "array")) throw this.wrongValue(list, schema, path, "a list");
    return list.items.map((item) => this.read(item as Node, schema.items!, path)).filter((item) => item !== undefined);
  }

  private readScalar(scalar: Scalar, schema: Schema, path: readonly string[]): unknown {
    if (allows(schema, "array")) return [this.readScalar(scalar, schema.items!, path)];
    const value = toValue(scalar, schema);
    if (!takes(schema, value)) throw this.wrongValue(scalar, schema, path, JSON.stringify(scalar.value));
    if (typeof value === "string") this.mark(scalar, [...path, value]);
    if (!allows(schema, "object")) return value;
    return value === true ? {} : undefined;
  }

  private mark(node: Node, path: readonly string[]): void {
    this.lines.set(JSON.stringify(path), this.lineOf(node));
  }

  private lineOf({ range }: Node): number {
    return this.counter.linePos(range?.[0] ?? 0).line;
  }

  private error(node: Node, message: string, key: string, advice?: string): PublishError {
    return settingsError({ file: this.file, line: this.lineOf(node), key }, message, advice);
  }

  private wrongValue(node: Node, schema: Schema, path: readonly string[], given: string): PublishError {
    return this.error(node, `${placeOf(path)} takes ${expected(schema)}, not ${given}`, path.join("."));
  }

  private unknownKey(node: Node, name: string, { title, properties = {} }: Schema): PublishError {
    const known = Object.keys(properties);
    const meant = nearest(name, known);
    const advice = meant === undefined ? `Write one of ${known.join(", ")}.` : `Write ${meant}.`;
    return this.error(node, `${title} has no setting ${JSON.stringify(name)}`, name, advice);
  }
}

const placeOf = (path: readonly string[]): string => path.at(-1) ?? "the file";

function isBlank({ value, type }: Scalar): boolean {
  return value === null || (value === "" && type === "PLAIN");
}

/** A scalar as the type that the schema takes; a text that is none of these stays a text. */
function toValue({ value, type }: Scalar, schema: Schema): unknown {
  const text = String(value);
  if (type !== "PLAIN" || allows(schema, "string")) return text;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
