import { Ajv, type ValidateFunction } from "ajv";
import type { Contract, JsonSchema } from "./contract.ts";

/** Checks requests and answers of one contract. Each function says what is wrong, or null. */
export interface Validator {
  query(operation: string, query: URLSearchParams): string | null;
  request(operation: string, body: unknown): string | null;
  response(operation: string, status: number, body: unknown): string | null;
}

const made = new WeakMap<Contract, Validator>();

/** One validator per contract, whatever number of fakes there are: compiling schemas is slow. */
export function validatorOf(contract: Contract): Validator {
  const validator = made.get(contract) ?? createValidator(contract);
  made.set(contract, validator);
  return validator;
}

/** A schema is compiled when it is first needed: a contract has hundreds, a test uses a few. */
function createValidator(contract: Contract): Validator {
  const strict = compiler(contract, false);
  const coercing = compiler(contract, true);
  const operationOf = (operation: string) => {
    const found = contract.operations[operation];
    if (found === undefined) throw new Error(`${operation} is not in the contract.`);
    return found;
  };
  return {
    query(operation, query) {
      const { query: properties = {} } = operationOf(operation);
      return coercing(`${operation} query`, { type: "object", properties, additionalProperties: false }, valuesOf(query));
    },
    request(operation, body) {
      const { request } = operationOf(operation);
      if (request === null) return body === undefined ? null : "the operation takes no body";
      return strict(`${operation} request`, request, body ?? {});
    },
    response(operation, status, body) {
      const schema = operationOf(operation).responses[status];
      if (schema === undefined) return `status ${status} is not listed`;
      if (schema === null) return body === undefined ? null : `status ${status} has no body`;
      if (body === undefined) return Object.keys(schema).length === 0 ? null : "the body is missing";
      return strict(`${operation} ${status}`, schema, body);
    },
  };
}

/** Compiles what is named once; `coerce` reads numbers and booleans from text. */
function compiler(contract: Contract, coerce: boolean): (name: string, schema: JsonSchema, value: unknown) => string | null {
  const ajv = new Ajv({ allowUnionTypes: true, allErrors: true, coerceTypes: coerce });
  ajv.addKeyword("schemas");
  const compiled = new Map<string, ValidateFunction>();
  return (name, schema, value) => {
    const validate = compiled.get(name) ?? ajv.compile({ ...schema, schemas: contract.schemas });
    compiled.set(name, validate);
    return validate(value) ? null : problemsOf(validate);
  };
}

function problemsOf({ errors }: ValidateFunction): string {
  const problems = (errors ?? []).map(({ instancePath, message = "", params }) => {
    const key: unknown = params["additionalProperty"];
    return `${instancePath === "" ? "/" : instancePath} ${message}${typeof key === "string" ? ` (${key})` : ""}`;
  });
  return problems.join("; ");
}

function valuesOf(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const [first = "", ...more] = query.getAll(name);
      return [name, more.length === 0 ? first : [first, ...more]];
    }),
  );
}
