import { PublishError, isPublishError } from "../errors/publish-error.ts";
import { step } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import { withWorkDir } from "../files/work-dir.ts";
import { hostApi, type ApiDescription, type Connect, type OperationTypes } from "../http/api.ts";
import { isRefused } from "../http/failures.ts";
import { followLines, showOutput, streamLines } from "../http/lines.ts";
import { poll } from "../http/poll.ts";
import { uploadFile } from "../http/upload.ts";
import type { LoginContext } from "../provider/context.ts";
import { programLines, programOutput } from "../provider/run.ts";
import { secretVariables } from "./redact.ts";
import { unhealthy } from "./undo.ts";

/** The functions of every context, which providers are handed in place of importing them. Each works by the context that it is called on. */
export const tools: Omit<
  LoginContext,
  | "provider"
  | "title"
  | "token"
  | "options"
  | "env"
  | "fetch"
  | "session"
  | "home"
  | "clock"
  | "timeoutMs"
  | "hide"
  | "redact"
  | "report"
  | "signal"
> = {
  error: (code, message, remedies, facts, cause) => new PublishError(code, message, remedies, facts, cause),
  unhealthy,
  isError: (error, code): error is PublishError => isPublishError(error) && (code === undefined || error.code === code),
  isRefused,
  withWorkDir,
  hideVariables(variables) {
    for (const value of secretVariables(variables)) this.hide(value);
  },
  warn(...warning) {
    warn(this, ...warning);
  },
  step(id, title, work) {
    return step(this, id, title, work);
  },
  poll(limitMs, look) {
    return poll(this, limitMs, look);
  },
  api<A extends OperationTypes<A>>(this: LoginContext, description: ApiDescription, headers: Readonly<Record<string, string>> = {}) {
    return connectTo<A>(description)(this, headers);
  },
  upload(file, url, limitMs) {
    return uploadFile(file, url, { ...this, limitMs });
  },
  lines(url, headers = {}) {
    return streamLines(url, { ...this, headers });
  },
  followLines(openNext) {
    return followLines(openNext, this);
  },
  showOutput(url, limitMs) {
    return showOutput(url, limitMs, this);
  },
  run(program, args, options) {
    return programOutput(this, program, args, options);
  },
  runLines(program, args, options) {
    return programLines(this, program, args, options);
  },
};

/** A host's limits are those of all runs of this process: one client holds them. */
const clients = new WeakMap<ApiDescription, unknown>();

function connectTo<A extends OperationTypes<A>>(description: ApiDescription): Connect<A> {
  const client = clients.get(description) ?? hostApi<A>(description);
  clients.set(description, client);
  return client as Connect<A>;
}
