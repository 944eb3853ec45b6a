import * as v from "valibot";
import type { Choices } from "@datasette-publish/workbench/protocol";
import type { Checks } from "./route.ts";

const text = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const optional = v.exactOptional;

/** An object of any keys: valibot's own `record` passes over those of which a column may well have the name, `constructor`. */
function named<Value>(value: v.GenericSchema<unknown, Value>) {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>((input) => typeof input === "object" && input !== null && !Array.isArray(input)),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const checked = Object.entries(dataset.value).map(([key, one]) => [key, v.safeParse(value, one)] as const);
      for (const [key, { issues }] of checked) if (issues !== undefined) addIssue({ message: `${key}: ${issues[0].message}`, input: key });
      if (checked.some(([, { success }]) => !success)) return NEVER;
      return Object.fromEntries(checked.map(([key, { output }]) => [key, output as Value])) as Readonly<Record<string, Value>>;
    }),
  );
}

const fileChoice = v.strictObject({
  leaveOut: optional(v.boolean()),
  encoding: optional(text),
  separator: optional(text),
  quote: optional(v.picklist(['"', "'", "none"])),
  escape: optional(v.picklist(["double", "backslash"])),
  skip: optional(count),
  skipEnd: optional(count),
  headerRows: optional(count),
  ragged: optional(v.picklist(["error", "pad", "skip"])),
  table: optional(text),
});

const dateOrder = v.picklist(["auto", "day-first", "month-first", "year-first"]);
const columnChoice = v.strictObject({
  name: optional(text),
  type: optional(v.picklist(["text", "integer", "real"])),
  date: optional(dateOrder),
  datetime: optional(dateOrder),
  number: optional(v.picklist(["decimal-comma", "thousands", "percent", "currency"])),
  null: optional(v.array(text)),
  leaveOut: optional(v.boolean()),
  search: optional(v.boolean()),
  key: optional(v.boolean()),
  index: optional(v.boolean()),
  description: optional(text),
});

const tableChoice = v.strictObject({ title: optional(text), description: optional(text), columns: optional(named(columnChoice)) });

const choices: v.GenericSchema<unknown, Choices> = v.strictObject({ files: named(fileChoice), tables: named(tableChoice) });

const optionValue = v.union([text, v.number(), v.boolean(), v.array(text)]);

/** The body of each route that takes one. A key that is not known is refused: a page that misspells it would change nothing. */
export const bodies: Checks<"body"> = {
  "POST /api/drafts": v.strictObject({ site: optional(text) }),
  "PUT /api/drafts/:draft/choices": choices,
  "PUT /api/drafts/:draft/about": v.strictObject({
    title: optional(text),
    description: optional(text),
    source: optional(text),
    sourceUrl: optional(text),
    license: optional(text),
    licenseUrl: optional(text),
    about: optional(text),
    aboutUrl: optional(text),
  }),
  "PUT /api/drafts/:draft/place": v.strictObject({ card: text, options: named(optionValue), address: v.nullable(text) }),
  "PUT /api/drafts/:draft/decisions": v.strictObject({
    database: v.nullable(text),
    table: text,
    column: text,
    kind: text,
    decision: v.nullable(v.picklist(["public", "leave-out"])),
  }),
  "POST /api/drafts/:draft/publish": v.strictObject({ digest: text }),
  "PUT /api/places/:place/key": v.strictObject({ key: v.pipe(text, v.trim(), v.nonEmpty()) }),
  "POST /api/sites/:site/rollback": v.strictObject({ release: text }),
  "POST /api/sites/:site/remove": v.strictObject({ title: text }),
  "POST /api/downloads": v.union([v.strictObject({ site: text }), v.strictObject({ image: text })]),
};

/** The query of each route that takes one. */
export const queries: Checks<"query"> = {
  "GET /api/drafts/:draft/rows": v.object({ database: text, table: text, limit: v.pipe(text, v.regex(/^[1-9]\d{0,3}$/)) }),
  "GET /api/drafts/:draft/encodings": v.object({ file: text, first: text }),
};
