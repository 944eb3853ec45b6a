// Heroku Platform API: from the vendor's hyper-schema to a contract.
import { compact, pascalCase } from "./schema.mjs";

/** Operation → title of its link, where one path and method has several. */
const wanted = {
  "GET /account": null,
  "GET /apps": null,
  "POST /apps": null,
  "GET /apps/{app}": null,
  "PATCH /apps/{app}": null,
  "DELETE /apps/{app}": null,
  "POST /teams/apps": null,
  "GET /regions": null,
  "GET /teams": null,
  "GET /apps/{app}/config-vars": null,
  "PATCH /apps/{app}/config-vars": null,
  "GET /apps/{app}/releases": null,
  "GET /apps/{app}/releases/{release}": null,
  "POST /apps/{app}/releases": "Rollback",
  "GET /apps/{app}/formation": null,
  "PATCH /apps/{app}/formation": null,
  "POST /apps/{app}/log-sessions": null,
  "POST /sources": null,
  "POST /apps/{app}/builds": null,
  "GET /apps/{app}/builds": null,
  "GET /apps/{app}/builds/{build}": null,
  // What `heroku apps`, `apps:info` and `ps` (heroku/cli 11.9) call besides.
  "GET /users/{account}/apps": null,
  "GET /teams/{team}/apps": null,
  "GET /apps/{app}/addons": null,
  "GET /apps/{app}/collaborators": null,
  "GET /apps/{app}/dynos": null,
  "GET /apps/{app}/pipeline-couplings": null,
};

/** A part of a resource that deserves a name. */
const named = { "config-var/definitions/config_vars": "ConfigVars" };

export function herokuContract(description) {
  const schemas = {};
  const operations = {};
  const refer = (ref) => {
    const path = ref.replace("#/definitions/", "");
    const target = path.split("/").reduce((at, key) => at[key], description.definitions);
    const name = named[path] ?? (path.includes("/") ? undefined : pascalCase(path));
    if (name === undefined) return compact(target, refer);
    if (schemas[name] === undefined) {
      schemas[name] = {};
      Object.assign(schemas[name], compact(target, refer));
    }
    return { $ref: `#/schemas/${name}` };
  };
  const links = Object.entries(description.definitions).flatMap(([resource, { links: all = [] }]) =>
    all.map((link) => ({ ...link, resource })),
  );
  for (const [operation, title] of Object.entries(wanted)) {
    const found = links.filter((link) => operationOf(link) === operation && (title ?? link.title) === link.title);
    if (found.length !== 1) throw new Error(`${operation}: ${found.length} links in the description`);
    operations[operation] = operationFrom(found[0], schemas, refer);
  }
  const contract = {
    source: "https://github.com/heroku/typescript-api-schema/blob/0c6d52d/tests/__fixtures__/heroku-schema-3.sdk.json",
    version: "3.sdk, 2026-08-21",
    licence: "MIT",
    schemas,
    operations,
  };
  overlay(contract);
  return contract;
}

/** `/apps/{(%23%2Fdefinitions%2Fapp%2Fdefinitions%2Fidentity)}` → `/apps/{app}` */
function operationOf({ method, href }) {
  return `${method} ${href.replaceAll(/\{\(([^)]+)\)\}/g, (_, ref) => `{${decodeURIComponent(ref).split("/")[2]}}`)}`;
}

/** The description names no status: 201 for what is created, 206 for a page of a list (`Range: …; max=`), else 200. */
function operationFrom({ resource, rel, title, schema, targetSchema }, schemas, refer) {
  let request = null;
  if (schema !== undefined) {
    const name = `${pascalCase(resource)}${pascalCase(title)}Request`;
    schemas[name] = compact(schema, refer);
    request = { $ref: `#/schemas/${name}` };
  }
  const answer = compact(targetSchema, refer);
  if (rel === "create") return { request, responses: { 201: answer } };
  return { request, responses: rel === "instances" ? { 200: answer, 206: answer } : { 200: answer } };
}

function overlay({ schemas, operations }) {
  // `docker_image` is in variant 3.docker-releases only, which is not published; `heroku container:release` sends it so.
  schemas.FormationBatchUpdateRequest.properties.updates.items.properties.docker_image = {
    type: "string",
    pattern: "^sha256:[0-9a-f]{64}$",
  };
  // Without a name Heroku invents one, and a repeated request makes a second app.
  schemas.AppCreateRequest.required = ["name"];
  schemas.TeamAppCreateRequest.required = ["name", "team"];
  // The description marks next to nothing as required in answers. These a client cannot work without.
  for (const [name, required] of Object.entries(answered)) schemas[name].required = required;
  for (const { properties } of [schemas.App, schemas.TeamApp])
    for (const part of ["region", "stack", "build_stack"]) properties[part].required = ["id", "name"];
  // A name in version 3.sdk, an object in version 3, which is what most clients ask for (heroku/cli, src/lib/apps/generation.ts).
  const generation = { type: "object", properties: { id: { type: "string" }, name: { type: "string" } }, additionalProperties: false };
  for (const { properties } of [schemas.App, schemas.TeamApp]) properties.generation = { anyOf: [properties.generation, generation] };
  schemas.Source.properties.source_blob.required = ["get_url", "put_url"];
  // The CLI's `--extended`; the description lists no query parameter at all.
  for (const operation of ["GET /apps/{app}", "GET /apps/{app}/releases", "GET /apps/{app}/dynos"])
    operations[operation].query = { extended: { type: "boolean" } };
  // The description lists no errors: https://devcenter.heroku.com/articles/platform-api-reference#errors
  schemas.ErrorBody = {
    type: "object",
    properties: { id: { type: "string" }, message: { type: "string" }, url: { type: "string" } },
    required: ["id", "message"],
    additionalProperties: false,
  };
  for (const { responses } of Object.values(operations))
    for (const status of [400, 401, 402, 403, 404, 409, 422, 429, 500, 503]) responses[status] = { $ref: "#/schemas/ErrorBody" };
}

const answered = {
  Account: ["id", "email"],
  App: ["id", "name", "region", "stack", "build_stack", "web_url"],
  TeamApp: ["id", "name", "region", "stack", "build_stack", "web_url"],
  Formation: ["id", "type", "quantity", "size"],
  LogSession: ["logplex_url"],
  Region: ["id", "name"],
  Release: ["id", "version", "status", "current", "description", "created_at", "output_stream_url"],
  Source: ["source_blob"],
  Team: ["id", "name"],
};
