import { PublishError, type Facts } from "../../errors/publish-error.ts";
import { runProgram, type Remedies } from "../../errors/remedies.ts";
import { busyMs } from "../../http/failures.ts";
import { parseBody } from "../../http/exchange.ts";
import { readText, tooLong } from "../../http/read.ts";
import type { Reference } from "../reference.ts";

/** What is asked of a registry (Docker Registry v2 authentication, "scope"). */
export type Actions = "pull" | "pull,push";

/** What a registry says with a refusal. */
export interface Words {
  /** distribution-spec, "Error Codes": `DENIED`, `BLOB_UPLOAD_UNKNOWN` … */
  readonly codes: readonly string[];
  /** Its own words; empty when it has none. */
  readonly detail: string;
}

/** The registry answered, and the answer is no. */
export function refusal(request: string, status: number | null, { detail, codes }: Words): PublishError {
  const because = detail === "" ? "" : `: ${detail}`;
  return new PublishError(
    "REGISTRY_REFUSED",
    `The registry refused ${request}${status === null ? "" : ` with status ${status}`}${because}.`,
    remediesFor(status),
    { request, status, detail, errorCodes: codes.join() },
  );
}

/** Whether a registry said one of its error codes. */
export function hasCode({ facts }: PublishError, ...codes: readonly string[]): boolean {
  return String(facts["errorCodes"] ?? "")
    .split(",")
    .some((code) => codes.includes(code));
}

/** Words of ours, where a registry's answer cannot be used. */
export function problem(detail: string): Words {
  return { codes: [], detail };
}

function remediesFor(status: number | null): Remedies {
  if (status === null) return "Ask those who run the registry.";
  if (status === 429) return { action: "retry", afterMs: busyMs };
  if (status < 400) return ["Check that this is a registry, and that no proxy or login page answers in its place.", { action: "retry" }];
  if (status === 413 || status === 507) return "Publish fewer or smaller files, or make room in the registry.";
  if (status === 404) return ["Check that the repository exists, and that you may write to it.", { action: "retry" }];
  if (status >= 500) return [{ action: "retry" }, "If it lasts, ask those who run the registry."];
  return ["Fix what the registry reports.", { action: "retry" }];
}

/** Whether credentials were used: `null` when nobody asked for them. */
export type Used = boolean | null;

/**
 * The registry does not know who asks, or does not allow it. It keeps the registry's words: a quota is told as 403 too.
 * Without credentials and a challenge it is a {@link refusal}.
 */
export function unauthorized(
  reference: Reference,
  actions: Actions,
  used: Used,
  answer: { request: string; status: number } & Words,
): PublishError {
  const { request, status, detail, codes } = answer;
  if (status === 403 && used === null) return refusal(request, status, answer);
  const { registry, repository } = reference;
  const remedies = [
    ...(status === 403 ? ["Fix what the registry reports."] : []),
    runProgram(["docker", "login", registry]),
    { action: "retry" } as const,
  ];
  const because = detail === "" ? "" : `: ${detail}`;
  const facts: Facts = { registry, repository, request, status, detail, errorCodes: codes.join() };
  return new PublishError("REGISTRY_UNAUTHORIZED", `${describe(reference, actions, used, status)}${because}.`, remedies, facts);
}

function describe({ registry, repository }: Reference, actions: Actions, used: Used, status: number): string {
  const doing = `${actions === "pull" ? "pulling from" : "pushing to"} ${repository}`;
  if (status === 403) return `${registry} does not allow ${doing}${used === true ? "" : " without credentials"}`;
  return used === true ? `The credentials for ${registry} do not allow ${doing}` : `${registry} wants credentials and there are none`;
}

/**
 * What an answer says: `{"errors": [{"code", "message"}]}` (distribution-spec, "Error Codes"), or what a token server has instead
 * (Docker Hub's `details`, OAuth2's `error_description`). Anything else says nothing.
 */
export async function readWords(response: Response): Promise<Words> {
  const text = await readText(response.body, response.status).catch(() => "");
  if (text === tooLong) return problem(tooLong);
  const body = (parseBody(text) ?? {}) as { errors?: unknown; details?: unknown; error_description?: unknown };
  const errors = Array.isArray(body.errors) ? (body.errors as unknown[]).map(readError) : [];
  const other = [body.details, body.error_description].find((each) => typeof each === "string");
  const words = errors.map(({ code, message }) => `${code} ${message}`.trim()).filter((each) => each !== "");
  return { codes: errors.map(({ code }) => code).filter((code) => code !== ""), detail: words.join("; ") || (other ?? "") };
}

function readError(value: unknown): { code: string; message: string } {
  const { code, message } = (value ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" };
}
