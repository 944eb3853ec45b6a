import type { Draft, ErrorCode } from "@datasette-publish/workbench/protocol";
import type { FileHeaders, Refusal, Routes } from "../routes.ts";
import { keyHeaders } from "./key.ts";

/** What the server says of itself has no code for: nobody answers, it does not know this page, or what answers is something else. */
export type PageCode = "OFFLINE" | "KEY_WRONG" | "ANSWER_INVALID";

/** An error as screens show it. */
export interface Problem extends Omit<Refusal["error"], "code"> {
  readonly code: ErrorCode | PageCode;
}

/** The server did not do what it was asked to; `problem` says why. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What any error is to a screen: what is no refusal is a fault of the page. */
export function problemOf(error: unknown): Problem {
  return error instanceof Refused ? error.problem : plainProblem("INTERNAL", error instanceof Error ? error.message : String(error));
}

export function plainProblem(code: Problem["code"], message = ""): Problem {
  return { code, message, remedies: [], facts: {} };
}

type PartsOf<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | PartsOf<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? Name
    : never;

/** What a call of a route is made of: the values in its path, its query and its body, where it has them. */
export type CallOf<Name extends keyof Routes> = { readonly signal?: AbortSignal } & ([PartsOf<Name>] extends [never]
  ? unknown
  : { readonly params: Readonly<Record<PartsOf<Name>, string>> }) &
  (Routes[Name] extends { readonly query: infer Query } ? { readonly query: Query } : unknown) &
  (Routes[Name] extends { readonly body: infer Body } ? { readonly body: Body } : unknown);

type Given = { params?: Record<string, string>; query?: Record<string, string>; body?: unknown; signal?: AbortSignal };

/** Calls a route: `call("PUT /api/drafts/:draft/about", { params: { draft }, body })`. @throws Refused; the signal's error when it aborts */
export async function call<Name extends keyof Routes>(name: Name, of: CallOf<Name>): Promise<Routes[Name]["answer"]> {
  const { params = {}, query, body, signal } = of as Given;
  const [method = "", path = ""] = name.split(" ");
  const response = await reach(addressOf(path, params, query), {
    method,
    headers: { ...keyHeaders(), ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return (await answerOf(response)) as Routes[Name]["answer"];
}

/** A route's address with its values put in. */
export function addressOf(path: string, params: Readonly<Record<string, string>>, query?: Readonly<Record<string, string>>): string {
  const filled = path.replaceAll(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  return query === undefined ? filled : `${filled}?${new URLSearchParams(query).toString()}`;
}

/** Fetches; @throws Refused `OFFLINE` where nobody answers */
export async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { cache: "no-store", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refused(plainProblem("OFFLINE"));
  }
}

/** What a response says. @throws Refused unless it is a success */
export async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => {
    throw new Refused(plainProblem("OFFLINE"));
  });
  return parseAnswer(response.status, text);
}

/** The answer in a body. @throws Refused for every status that is no success */
export function parseAnswer(status: number, text: string): unknown {
  if (status === 204 || (status < 300 && text === "")) return null;
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Refused(plainProblem(status === 401 ? "KEY_WRONG" : "ANSWER_INVALID", String(status)));
  }
  if (status < 300) return answer;
  const { error } = answer as Partial<Refusal>;
  if (status === 401) throw new Refused(plainProblem("KEY_WRONG"));
  throw new Refused(error ?? plainProblem("ANSWER_INVALID", String(status)));
}

/** Where a file's bytes go on, and who hears how many have gone. */
export interface Sending {
  readonly fromByte: number;
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a file's bytes to a draft. By XMLHttpRequest, which alone tells how far it is. @throws Refused; an `AbortError` */
export function sendFile(draft: string, name: string, file: Blob, { fromByte, onProgress, signal }: Sending): Promise<Draft> {
  const { promise, resolve, reject } = Promise.withResolvers<Draft>();
  const request = new XMLHttpRequest();
  request.open("PUT", addressOf("/api/drafts/:draft/files/:file", { draft, file: name }));
  const headers: FileHeaders = { "x-file-size": String(file.size), "x-file-from": String(fromByte) };
  for (const [header, value] of Object.entries({ ...keyHeaders(), ...headers })) request.setRequestHeader(header, value);
  request.upload.addEventListener("progress", ({ loaded }) => onProgress(fromByte + loaded));
  request.addEventListener("error", () => reject(new Refused(plainProblem("OFFLINE"))));
  request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
  request.addEventListener("load", () => {
    try {
      resolve(parseAnswer(request.status, request.responseText) as Draft);
    } catch (error) {
      reject(error);
    }
  });
  signal.addEventListener("abort", () => request.abort());
  if (signal.aborted) request.abort();
  else request.send(file.slice(fromByte));
  return promise;
}
