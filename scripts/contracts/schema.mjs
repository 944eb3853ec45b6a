// Reduces a vendor's schema to what a request or an answer can be checked against: types, names, patterns. No prose.

/** Keywords kept as they are. */
const kept = ["enum", "pattern", "minimum", "maximum", "minLength", "maxLength"];

/** @param refer what to put for a `$ref`: a schema, already compact */
export function compact(schema, refer) {
  if (schema.$ref !== undefined) return refer(schema.$ref);
  if (schema.allOf?.length === 1) return compact(schema.allOf[0], refer);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return union(branches.map((branch) => compact(branch, refer)));
  const result = {};
  const type = typeOf(schema);
  if (type !== undefined) result.type = type;
  for (const keyword of kept) if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  if (schema.items !== undefined) result.items = compact(schema.items, refer);
  // Heroku's `add-on` gives an array properties; only an object has them.
  return type === undefined || [type].flat().includes("object") ? { ...result, ...members(schema, refer) } : result;
}

/** What an object holds. One whose properties are declared has no others: a misspelt key shall not pass. */
function members(schema, refer) {
  const result = {};
  const each = (schemas) => Object.fromEntries(Object.entries(schemas).map(([name, value]) => [name, compact(value, refer)]));
  if (schema.properties !== undefined) result.properties = each(schema.properties);
  if (schema.patternProperties !== undefined) result.patternProperties = each(schema.patternProperties);
  if (schema.required?.length > 0) result.required = schema.required;
  if (result.properties !== undefined || result.patternProperties !== undefined) result.additionalProperties = false;
  else if (typeof schema.additionalProperties === "object") result.additionalProperties = compact(schema.additionalProperties, refer);
  else if (schema.additionalProperties !== undefined) result.additionalProperties = schema.additionalProperties;
  return result;
}

/** One name where there is one, `null` last. */
function typeOf({ type, properties, items }) {
  if (type === undefined) return properties === undefined ? items && "array" : "object";
  const names = [type].flat().sort((a, b) => Number(a === "null") - Number(b === "null"));
  return names.length === 1 ? names[0] : names;
}

const isPlain = (branch) => Object.keys(branch).join() === "type";

/** "an id or a name" is a string: branches that a plain type covers are dropped, plain types are joined. */
function union(branches) {
  const plain = new Set(branches.filter(isPlain).flatMap((branch) => branch.type));
  const rest = branches.filter((branch) => !isPlain(branch) && !plain.has(branch.type));
  if (plain.size > 0) rest.push({ type: plain.size === 1 ? [...plain][0] : [...plain] });
  return rest.length === 1 ? rest[0] : { anyOf: rest };
}

/** `pipeline-coupling` and `fly.MachineConfig` → `PipelineCoupling` and `MachineConfig`. */
export function pascalCase(name) {
  return name
    .replace(/^.*\./, "")
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}
