import { PublishError } from "../errors/publish-error.ts";
import type { HostContext } from "../provider/context.ts";
import type { Provider } from "../provider/provider.ts";

const lines = 20;
/** A log that does not come within this, in milliseconds, is left out. */
const patienceMs = 5000;

/** The error with the last lines of the log of a site that is not healthy, which are reported too: they are gone once the site is taken back. */
export async function withLastLines(provider: Provider, error: PublishError, ctx: HostContext): Promise<PublishError> {
  const log = await lastLines(provider, ctx);
  if (log === "") return error;
  ctx.report({ type: "output", id: provider.name, text: log });
  const { code, message, facts, remedies } = error;
  const longer = remedies.filter((remedy) => remedy.action === "set-option" && remedy.option === "timeout");
  const read = ["Read the site's last lines, and fix their cause.", ...longer, { action: "retry" } as const];
  return new PublishError(code, message, read, { ...facts, logs: log }, error);
}

/** Empty where the host keeps no log. */
async function lastLines(provider: Provider, ctx: HostContext): Promise<string> {
  const late = AbortSignal.timeout(patienceMs);
  const signal = ctx.signal ? AbortSignal.any([ctx.signal, late]) : late;
  const shown: string[] = [];
  const take = async (): Promise<void> => {
    for await (const line of provider.logs?.({ ...ctx, signal }, { follow: false, lines }) ?? []) shown.push(line);
  };
  try {
    signal.throwIfAborted();
    await Promise.race([aborted(signal), take()]);
  } catch {
    // What came of it is shown: the site is not healthy, whatever its log does.
  }
  return shown.join("\n").trimEnd();
}

/** Rejects once a signal aborts: a log may not go by the one that it gets. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
