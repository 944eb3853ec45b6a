import { PublishError, isPublishError, toPublishError } from "../errors/publish-error.ts";
import type { Remedies } from "../errors/remedies.ts";
import { warn } from "../events/warnings.ts";
import type { HostContext } from "../provider/context.ts";

/** Puts back what was before a change. Returns what is in place again, or null when nothing was. */
export type Undo = (host: HostContext) => Promise<string | null>;

/**
 * Runs `work`. When it fails, or the user cancels, runs what `undoFor` gives for that error, with a signal that Ctrl-C does not abort;
 * the error then says what is in place again, or that it could not be put back, which is `DEPLOYMENT_UNHEALTHY`.
 */
export async function undoing(host: HostContext, work: () => Promise<void>, undoFor: (error: unknown) => Undo | undefined): Promise<void> {
  try {
    await work();
  } catch (error) {
    const undo = undoFor(error);
    if (undo === undefined) throw error;
    const restored = await putBack(undo, uncancelled(host), error);
    if (restored === null) throw error;
    if (host.signal?.aborted) {
      warn(host, "RESTORED", `${restored} is in place again.`, { restored });
      throw error;
    }
    const { code, message, remedies, facts } = toPublishError(error);
    throw new PublishError(code, `${message} ${restored} is in place again.`, remedies, { ...facts, restored }, error);
  }
}

/** The site does not serve what was published. */
export function isUnhealthy(error: unknown): error is PublishError {
  return isPublishError(error) && error.code === "DEPLOYMENT_UNHEALTHY";
}

/** What was published does not serve: `problem` says why, in a phrase without a full stop. Nothing is restored yet. */
export function unhealthy(problem: string, remedies: Remedies): PublishError {
  return new PublishError("DEPLOYMENT_UNHEALTHY", `The site is not healthy: ${problem}.`, remedies, { problem, restored: null });
}

async function putBack(undo: Undo, host: HostContext, error: unknown): Promise<string | null> {
  try {
    return await host.step("undo", "Undo what was done", () => undo(host));
  } catch (failure) {
    const [{ message, facts }, { message: reason, remedies }] = [toPublishError(error), toPublishError(failure)];
    const both = `${message} What was there before could not be put back: ${reason}`;
    throw new PublishError("DEPLOYMENT_UNHEALTHY", both, remedies, { ...facts, restored: null }, failure);
  }
}

/** A host may need time for what is on its way, time for the way back, and some. */
const undoMs = ({ timeoutMs }: HostContext): number => 2 * timeoutMs + 60_000;

/** For putting things right after the user cancelled: the same host, and a signal that only time aborts. */
export function uncancelled(host: HostContext): HostContext {
  return { ...host, signal: AbortSignal.timeout(undoMs(host)) };
}
