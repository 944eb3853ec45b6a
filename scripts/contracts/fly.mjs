// Fly Machines API: from the vendor's OpenAPI description to a contract.
import { compact, pascalCase } from "./schema.mjs";

const machine = "/apps/{app_name}/machines/{machine_id}";
const wanted = [
  "GET /apps",
  "POST /apps",
  "GET /apps/{app_name}",
  "DELETE /apps/{app_name}",
  "GET /apps/{app_name}/ip_assignments",
  "POST /apps/{app_name}/ip_assignments",
  "GET /apps/{app_name}/secrets",
  "POST /apps/{app_name}/secrets",
  "GET /apps/{app_name}/machines",
  "POST /apps/{app_name}/machines",
  `GET ${machine}`,
  `POST ${machine}`,
  `DELETE ${machine}`,
  `GET ${machine}/wait`,
  `GET ${machine}/lease`,
  `POST ${machine}/lease`,
  `DELETE ${machine}/lease`,
  `POST ${machine}/start`,
  `POST ${machine}/stop`,
  `POST ${machine}/cordon`,
  `POST ${machine}/uncordon`,
  "GET /apps/{app_name}/volumes",
  "POST /apps/{app_name}/volumes",
  "DELETE /apps/{app_name}/volumes/{volume_id}",
  "GET /platform/regions",
  "GET /tokens/current",
];

export function flyContract(description) {
  const schemas = {};
  const sources = {};
  const refer = (ref) => {
    const key = ref.replace("#/components/schemas/", "");
    const name = pascalCase(key);
    if ((sources[name] ??= key) !== key) throw new Error(`${key} and ${sources[name]} are both called ${name}`);
    if (schemas[name] === undefined) {
      schemas[name] = {};
      Object.assign(schemas[name], compact(description.components.schemas[key], refer));
    }
    return { $ref: `#/schemas/${name}` };
  };
  const operations = {};
  for (const operation of wanted) {
    const [method, path] = operation.split(" ");
    const found = description.paths[path]?.[method.toLowerCase()];
    if (found === undefined) throw new Error(`${operation} is not in the description`);
    operations[operation] = operationFrom(found, refer);
  }
  const contract = {
    source: "https://docs.machines.dev/spec/openapi3.json",
    version: "1.0, 2026-05-07",
    licence: "Apache-2.0",
    schemas,
    operations,
  };
  overlay(contract);
  return contract;
}

const schemaOf = (content) => content?.["application/json"]?.schema;

function operationFrom({ parameters = [], requestBody, responses }, refer) {
  const query = parameters.filter((parameter) => parameter.in === "query");
  const request = schemaOf(requestBody?.content);
  return {
    ...(query.length > 0 && { query: Object.fromEntries(query.map(({ name, schema }) => [name, compact(schema, refer)])) }),
    request: request ? compact(request, refer) : null,
    // An answer the description says nothing about may hold anything, or nothing.
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, { content }]) => [status, schemaOf(content) ? compact(schemaOf(content), refer) : {}]),
    ),
  };
}

function overlay({ schemas, operations }) {
  // The description requires nothing. These the API refuses to do without.
  for (const [name, required] of Object.entries(requested)) schemas[name].required = required;
  // Nor in answers. These a client cannot work without.
  for (const [name, required] of Object.entries(answered)) schemas[name].required = required;
  // Strings only in the description, though its prose says "nil to unset": fly-go sends null.
  schemas.AppSecretsUpdateRequest.properties.values.additionalProperties = { type: ["string", "null"] };
  // "the API continues to use booleans for off and stop in responses" (fly-go, MachineService).
  schemas.MachineService.properties.autostop = { anyOf: [schemas.MachineService.properties.autostop, { type: "boolean" }] };
  // fly-go and the prose documentation wrap a lease, the description does not: a client has to read both.
  schemas.LeaseEnvelope = {
    type: "object",
    properties: { status: { type: "string" }, data: { $ref: "#/schemas/Lease" } },
    required: ["status", "data"],
    additionalProperties: false,
  };
  const eitherLease = { anyOf: [{ $ref: "#/schemas/Lease" }, { $ref: "#/schemas/LeaseEnvelope" }] };
  operations[`GET ${machine}/lease`].responses[200] = eitherLease;
  operations[`POST ${machine}/lease`].responses[201] = eitherLease;
  // In the body in the description and the prose, in the query in fly-go (AcquireLease).
  operations[`POST ${machine}/lease`].query = { ttl: { type: "integer" } };
  // Null where there is none, in the prose documentation; strings only in the description.
  for (const key of ["attached_machine_id", "attached_alloc_id"]) schemas.Volume.properties[key] = { type: ["string", "null"] };
  // Go's empty slices: null in JSON, where fly-go does not leave them out (AppSecrets, ListIPAssignmentsResponse).
  schemas.AppSecrets.properties.secrets.type = ["array", "null"];
  schemas.ListIPAssignmentsResponse.properties.ips.type = ["array", "null"];
  // fly-go has it (Machine).
  schemas.Machine.properties.cordoned = { type: "boolean" };
  // In the prose documentation only.
  operations["DELETE /apps/{app_name}"].query = { force: { type: "boolean" } };
  // fly-go, CreateApp: the answer comes when the app is known everywhere.
  operations["POST /apps"].query = { wait: { type: "boolean" } };
  // fly-go, RegionData, has both with a capital letter.
  const { properties: regions } = schemas.RegionResponse;
  Object.assign(regions, { Nearest: regions.nearest, Regions: regions.regions });
  // fly-go knows `name_taken`; some errors carry their text in `message`.
  schemas.StatusCode.enum.push("name_taken");
  schemas.ErrorResponse.properties.message = { type: "string" };
  // A lease that is held is refused so, in the prose documentation.
  schemas.StatusCode.enum.push("error");
  schemas.ErrorResponse.properties.code = { type: "string" };
  // Most operations list only their success. 403 for GET of an app: another organization has the name (fly-go, AppNameAvailable).
  for (const { responses } of Object.values(operations))
    for (const status of [400, 401, 403, 404, 408, 409, 412, 422, 429, 500, 503]) responses[status] = { $ref: "#/schemas/ErrorResponse" };
}

const requested = {
  CreateAppRequest: ["name", "org_slug"],
  AssignIPRequest: ["type"],
  AppSecretsUpdateRequest: ["values"],
  CreateMachineRequest: ["config"],
  UpdateMachineRequest: ["config"],
  CreateVolumeRequest: ["name"],
};
const answered = {
  App: ["name"],
  AppSecret: ["name"],
  AppSecrets: ["secrets"],
  CheckStatus: ["name", "status"],
  CurrentTokenResponse: ["tokens"],
  IPAssignment: ["ip"],
  Lease: ["nonce"],
  ListAppsResponse: ["apps"],
  ListIPAssignmentsResponse: ["ips"],
  Machine: ["id", "name", "state", "region", "instance_id"],
  RegionRow: ["code", "name"],
  Volume: ["id", "name", "region"],
  WaitMachineResponse: ["ok"],
};
