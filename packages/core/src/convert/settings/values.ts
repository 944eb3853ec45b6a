import type { Schema, SchemaType } from "./schema.ts";

/** Whether a schema takes values of this type. */
export function allows({ type }: Schema, wanted: SchemaType): boolean {
  return typeof type === "string" ? type === wanted : type.includes(wanted);
}

/** Whether a schema takes a value that is neither an object nor a list. */
export function takes(schema: Schema, value: unknown): boolean {
  if (typeof value === "boolean") return allows(schema, "boolean");
  if (typeof value === "number") return allows(schema, "integer") && Number.isSafeInteger(value) && value >= (schema.minimum ?? value);
  if (typeof value !== "string" || !allows(schema, "string")) return false;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  return schema.pattern === undefined ? schema.format === undefined || isEncoding(value) : new RegExp(schema.pattern, "u").test(value);
}

/** What a schema takes, in words. */
export function expected(schema: Schema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (schema.pattern !== undefined) return "one character";
  if (schema.format !== undefined) return "an encoding, such as windows-1252";
  if (allows(schema, "boolean")) return "true or false";
  if (allows(schema, "integer")) return `a whole number${schema.minimum === undefined ? "" : `, ${schema.minimum} or more`}`;
  if (allows(schema, "array")) return "a name, or several in [ ]";
  return allows(schema, "string") ? "a text" : "names with settings below each";
}

/** Whether the Encoding Standard has this label. */
function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}
