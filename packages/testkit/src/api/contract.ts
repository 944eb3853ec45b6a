/** The subset of JSON Schema that the contracts use; `$ref` is `#/schemas/<Name>`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What one operation of an API takes and answers. */
export interface ContractOperation {
  /** Its query parameters, all optional. Unset: it takes none. */
  readonly query?: Readonly<Record<string, JsonSchema>>;
  /** null: it takes no body. */
  readonly request: JsonSchema | null;
  /** Status → body. null: the answer has none; `{}`: anything or nothing. */
  readonly responses: Readonly<Record<string, JsonSchema | null>>;
}

/** A hosted API as far as a provider uses it, from the host's own description. */
export interface Contract {
  /** Where the description comes from. */
  readonly source: string;
  readonly version: string;
  readonly licence: string;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** By method and path template, e.g. `"PATCH /apps/{app}"`. */
  readonly operations: Readonly<Record<string, ContractOperation>>;
}
