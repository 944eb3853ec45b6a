import { PublishError, type Facts } from "@datasette-publish/core";
import type { PreviewResponse } from "./preview.ts";

/** Asks the site for a path. */
export type Ask = (path: string) => Promise<PreviewResponse>;

/** @throws PublishError `CHECK_FAILED` unless the answer is 200. */
export function mustBeOk(path: string, { status, body }: PreviewResponse): void {
  if (status !== 200) throw checkError(path, `answers ${status}`, { status, datasette: errorText(body.toString()) });
}

/** @throws PublishError `CHECK_FAILED` */
export async function askJson<T>(ask: Ask, path: string): Promise<T> {
  const response = await ask(path);
  mustBeOk(path, response);
  return parse(response) as T;
}

/** The answer's JSON. */
export function parse({ body }: PreviewResponse): unknown {
  return JSON.parse(body.toString());
}

/** What is wrong with a page of the site. */
export function checkError(path: string, problem: string, facts: Facts, hint?: string): PublishError {
  const detail = typeof facts["datasette"] === "string" && facts["datasette"] !== "" ? `: ${facts["datasette"]}` : "";
  const remedy = hint ?? "Correct the metadata or the data that Datasette names, then do the same again.";
  return new PublishError("CHECK_FAILED", `Datasette's page ${path} ${problem}${detail}`, remedy, { path, ...facts });
}

/** Datasette's error: `error` of a JSON answer, or the words of an HTML page. */
function errorText(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    if (typeof error === "string") return error;
  } catch {
    // Not JSON: an HTML page.
  }
  const main = /<section class="content">([\s\S]*?)<\/section>/.exec(body)?.[1] ?? body;
  return main
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}
