import { isPublishError, toPublishError, type PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import type { Redactor } from "./redact.ts";

/** What a run throws: no secret is in it. Once the user cancelled all is `CANCELLED`, but for a site that was left unhealthy. */
export function failureOf(error: unknown, secrets: Redactor, { signal }: Context): PublishError {
  const saysWhatStands = isPublishError(error) && ["DEPLOYMENT_UNHEALTHY", "CANCELLED"].includes(error.code);
  return signal?.aborted && !saysWhatStands ? toPublishError(new DOMException("Cancelled", "AbortError")) : secrets.error(error);
}

/** Runs `work`, and keeps secrets out of what it returns and throws. */
export async function withoutSecrets<T>(secrets: Redactor, ctx: Context, work: () => Promise<T>): Promise<T> {
  try {
    return secrets.data(await work());
  } catch (error) {
    throw failureOf(error, secrets, ctx);
  }
}
