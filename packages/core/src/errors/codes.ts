/** Who can mend an error; it decides the exit status. */
export type Blame = "input" | "credentials" | "environment" | "remote" | "bug" | "cancelled";

/** Exit status of the process for each kind of blame (design: 2, 3, 4, 5; EX_SOFTWARE 70; 128 + SIGINT 130). */
export const exitStatus: Readonly<Record<Blame, number>> = {
  input: 2,
  credentials: 3,
  environment: 4,
  remote: 5,
  bug: 70,
  cancelled: 130,
};

/** The closed table of error codes, `AREA_PROBLEM`. Each has a page in `docs/errors/`. */
export const codes = {
  INPUT_NOT_FOUND: "input",
  INPUT_EMPTY: "input",
  INPUT_UNREADABLE: "input",
  INPUT_UNSUPPORTED: "input",
  INPUT_CHANGED: "input",
  CSV_INVALID: "input",
  CSV_ENCODING: "input",
  CONVERT_COLUMN_MISSING: "input",
  CONVERT_KEY_DUPLICATE: "input",
  CONVERT_KEY_BLANK: "input",
  OUTPUT_EXISTS: "input",
  OUTPUT_UNWRITABLE: "environment",
  DISK_FULL: "environment",
  SQLITE_INVALID: "input",
  SITE_METADATA_INVALID: "input",
  SITE_NAME_INVALID: "input",
  OPTION_INVALID: "input",
  COMMAND_INVALID: "input",
  RUNTIME_MISSING: "environment",
  RUNTIME_DOWNLOAD_FAILED: "remote",
  RUNTIME_PACKAGE_GONE: "environment",
  RUNTIME_LIBRARY_UNRESOLVED: "bug",
  IMAGE_INVALID: "bug",
  IMAGE_TOO_LARGE: "input",
  REFERENCE_INVALID: "input",
  REGISTRY_UNREACHABLE: "remote",
  REGISTRY_UNAUTHORIZED: "credentials",
  REGISTRY_REFUSED: "remote",
  CREDENTIALS_INVALID: "credentials",
  PREVIEW_FAILED: "environment",
  CHECK_FAILED: "input",
  PORT_TAKEN: "environment",
  PROVIDER_INCOMPATIBLE: "environment",
  PROVIDER_INVALID: "bug",
  ENGINE_UNREACHABLE: "environment",
  ENGINE_REFUSED: "remote",
  DEPLOYMENT_UNHEALTHY: "remote",
  CANCELLED: "cancelled",
  INTERNAL: "bug",
} as const satisfies Record<string, Blame>;

export type ErrorCode = keyof typeof codes;
