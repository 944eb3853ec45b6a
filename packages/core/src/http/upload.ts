import { openAsBlob } from "node:fs";
import { exchange, fetchSend, type ExchangePolicy } from "./exchange.ts";

/** Who uploads, and to whom. */
export interface UploadOptions extends Pick<ExchangePolicy, "title" | "provider" | "clock" | "signal" | "redact" | "report"> {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds that one attempt may take. */
  readonly limitMs: number;
}

/**
 * Uploads a file to a signed address, which needs no other credentials. Ends at once when cancelled.
 * @throws PublishError as {@link exchange} does
 */
export async function uploadFile(file: string, url: string, { fetch, limitMs, ...policy }: UploadOptions): Promise<void> {
  const request = { method: "PUT", url: new URL(url), headers: {}, body: await openAsBlob(file) };
  const send = fetchSend(fetch, limitMs);
  await exchange((each) => send(each, policy.signal), request, { ...policy, idempotent: true, allow: [] });
}
