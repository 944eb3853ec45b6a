// TypeScript types of a contract: an interface per schema that is used, and `Operations` with what goes into and comes out of each.

export function typesOf({ schemas, operations, source, version, licence }, host) {
  const lines = [
    `// Made from packages/fake-hosts/contracts/${host}.json by scripts/contracts.mjs.`,
    `// ${source} (${version}, ${licence})`,
    "",
  ];
  const used = namesIn(
    Object.values(operations).flatMap((operation) => [operation.request, ...successes(operation)]),
    schemas,
  );
  for (const name of Object.keys(schemas)) if (used.has(name)) lines.push(...declaration(name, schemas[name]), "");
  lines.push("/** What each operation takes and what a 2xx answer of it holds. */", "export interface Operations {");
  for (const [name, operation] of Object.entries(operations))
    lines.push(`${JSON.stringify(name)}: { request: ${typeOf(operation.request)}; response: ${union(successes(operation).map(typeOf))} };`);
  return [...lines, "}", ""].join("\n");
}

const successes = ({ responses }) => Object.entries(responses).flatMap(([status, schema]) => (status.startsWith("2") ? [schema] : []));

/** Schemas that are named in `value`, directly or by way of others: errors are nobody's type. */
function namesIn(value, schemas, found = new Set()) {
  for (const [, name] of JSON.stringify(value).matchAll(/"#\/schemas\/(\w+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    namesIn(schemas[name], schemas, found);
  }
  return found;
}

function declaration(name, schema) {
  if (schema.properties === undefined) return [`export type ${name} = ${typeOf(schema)};`];
  return [`export interface ${name} {`, ...properties(schema), "}"];
}

function properties({ properties: all, required = [] }) {
  return Object.entries(all).map(([name, schema]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${JSON.stringify(name)}${optional}: ${typeOf(schema)};`;
  });
}

function typeOf(schema) {
  if (schema === null) return "undefined";
  if (schema.$ref !== undefined) return schema.$ref.replace("#/schemas/", "");
  if (schema.anyOf !== undefined) return union(schema.anyOf.map(typeOf));
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.type === undefined) return "unknown";
  return union([schema.type].flat().map((type) => ofType(type, schema)));
}

function ofType(type, schema) {
  if (type === "integer") return "number";
  if (type === "array") return `readonly (${schema.items === undefined ? "unknown" : typeOf(schema.items)})[]`;
  if (type !== "object") return type;
  if (schema.properties !== undefined) return `{\n${properties(schema).join("\n")}\n}`;
  const values = Object.values(schema.patternProperties ?? {}).map(typeOf);
  if (typeof schema.additionalProperties === "object") values.push(typeOf(schema.additionalProperties));
  return `{ [key: string]: ${values.length === 0 ? "unknown" : union(values)} }`;
}

function union(types) {
  return [...new Set(types)].join(" | ");
}
