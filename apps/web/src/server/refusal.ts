import type { ContentfulStatusCode } from "hono/utils/http-status";
import { PublishError, blameOf, toErrorJson, toPublishError } from "@datasette-publish/core";
import type { Blame, ErrorCode } from "@datasette-publish/core/protocol";
import type { Refusal } from "../routes.ts";

const byBlame: Readonly<Record<Blame, ContentfulStatusCode>> = {
  input: 400,
  credentials: 422,
  environment: 500,
  remote: 502,
  bug: 500,
  cancelled: 409,
};

/** Where the code says more than who is to blame. 401 is for our own key alone. */
const byCode: Partial<Readonly<Record<ErrorCode, ContentfulStatusCode>>> = {
  INPUT_NOT_FOUND: 404,
  PROVIDER_NOT_INSTALLED: 404,
  INPUT_CHANGED: 409,
  JOB_RUNNING: 409,
  NOT_PUBLISHED: 409,
  PRIVATE_DATA_FOUND: 409,
  LIMIT_EXCEEDED: 413,
  DISK_FULL: 507,
};

/** What the server does not answer, whoever asks: who asks is no page of ours, has no key, or asks for what is not there. */
export class Refused extends PublishError {
  readonly status: ContentfulStatusCode;

  constructor(status: ContentfulStatusCode, message: string, facts: PublishError["facts"] = {}) {
    const isStranger = status === 401 || status === 403 || status === 421;
    super("REQUEST_REFUSED", message, isStranger ? "Open the page by the address that the program shows." : "", { status, ...facts });
    this.status = status;
  }
}

/** What is not there any more. */
export function notThere(what: string): PublishError {
  return new PublishError("INPUT_NOT_FOUND", `This ${what} is not there any more.`, []);
}

/** @throws PublishError `INPUT_NOT_FOUND` unless it is there */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw notThere(what);
  return value;
}

/** How an error is answered. Of a bug its text stays here, as nobody knows what is in it. */
export function toRefusal(thrown: unknown): { readonly status: ContentfulStatusCode; readonly body: Refusal } {
  const error = toPublishError(thrown);
  const { exitStatus: _, ...json } = toErrorJson(error);
  const status = error instanceof Refused ? error.status : (byCode[error.code] ?? byBlame[blameOf(error)]);
  const message = error.code === "INTERNAL" ? "The program failed at something that it should be able to do." : json.message;
  return { status, body: { error: { ...json, message } } };
}
