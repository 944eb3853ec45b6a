import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorCode } from "../errors/codes.ts";
import { PublishError } from "../errors/publish-error.ts";
import type { Remedies } from "../errors/remedies.ts";
import type { Environment } from "../http/environment.ts";

/** How long a program may take to end after SIGTERM, before SIGKILL. */
const graceMs = 2000;
/** A program that started another one may be gone while that one holds its standard error. */
const lastWordsMs = 500;
/** Most characters of standard output that are held, as a text or in one line. */
const longestOutput = 16 * 1024 * 1024;
/** Most characters of standard error that are kept, the last ones. */
const longestComplaint = 64 * 1024;
/** Most characters of standard error that a message shows, the last ones. */
const longestShown = 1000;

/** One way in which a program fails: a row that fits its exit status and standard error says what that means. */
export interface ProgramFailure {
  /** Unset: any but 0. */
  readonly status?: number;
  /** What its standard error holds; unset: anything. */
  readonly text?: RegExp;
  readonly code: ErrorCode;
  /** A whole sentence. */
  readonly message: string;
  readonly remedies: Remedies;
}

export interface ProgramOptions {
  /** Standard input; read no faster than the program takes it. Unset: there is none. Secrets go here, or into `env`. */
  readonly input?: string | AsyncIterable<string | Uint8Array>;
  /** Variables for the program, besides the run's own. */
  readonly env?: Environment;
  /** What its failures mean; the first row that fits counts. What no row fits is `PROGRAM_FAILED`. */
  readonly errors?: readonly ProgramFailure[];
}

/** What starting a program takes of a context. */
interface Runner {
  readonly env: Environment;
  readonly signal?: AbortSignal;
  redact(text: string): string;
}

/** Runs a program and returns its standard output. @throws PublishError as {@link programLines} does */
export async function programOutput(ctx: Runner, program: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  let text = "";
  for await (const part of outputOf(ctx, program, args, options)) {
    text += part;
    if (text.length > longestOutput) throw tooMuch(program);
  }
  return text;
}

/**
 * Runs a program and yields the lines of its standard output as they come, without secrets. It is ended when nobody takes them any more.
 *
 * @throws PublishError `PROGRAM_MISSING`, `PROGRAM_FAILED`, those of `options.errors`, `PROVIDER_INVALID` when an argument holds a secret;
 *   the signal's reason once that has aborted
 */
export async function* programLines(
  ctx: Runner,
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const part of outputOf(ctx, program, args, options)) {
    const lines = (rest + part).split(/\r?\n/);
    rest = lines.pop() ?? "";
    if (rest.length > longestOutput) throw tooMuch(program);
    for (const line of lines) yield ctx.redact(line);
  }
  if (rest !== "") yield ctx.redact(rest);
}

/** Runs a program without a shell, and yields its standard output as it comes; ends with the program, and the program with it. */
async function* outputOf(
  ctx: Runner,
  program: string,
  args: readonly string[],
  { input = "", env = {}, errors = [] }: ProgramOptions,
): AsyncGenerator<string, void, undefined> {
  ctx.signal?.throwIfAborted();
  refuseSecrets(ctx, program, args);
  const child = await start(program, args, { ...ctx.env, ...env });
  const ended = endOf(child);
  const complaint = complaintOf(child);
  const fault: { error: unknown } = { error: undefined };
  void feed(child, input, fault);
  const onAbort = (): void => void stop(child, ended);
  ctx.signal?.addEventListener("abort", onAbort);
  try {
    yield* child.stdout.setEncoding("utf8") as AsyncIterable<string>;
    const end = await ended;
    if (end.status !== 0 && fault.error === undefined) throw failure(ctx, program, end, await complaint(), errors);
  } catch (error) {
    fault.error ??= error;
  } finally {
    ctx.signal?.removeEventListener("abort", onAbort);
    await stop(child, ended);
  }
  ctx.signal?.throwIfAborted();
  if (fault.error !== undefined) throw fault.error;
}

/** Every user of a machine can read the arguments of its programs in the process list. @throws PublishError `PROVIDER_INVALID` */
function refuseSecrets({ redact }: Runner, program: string, args: readonly string[]): void {
  if (args.every((arg) => redact(arg) === arg)) return;
  const message = `A secret was about to be an argument of ${program}, and arguments can be read by every user of this machine.`;
  const remedy = "Report this to the provider's author: a secret belongs into the program's input or its environment.";
  throw new PublishError("PROVIDER_INVALID", message, remedy, { program });
}

/** @throws PublishError `PROGRAM_MISSING` */
async function start(program: string, args: readonly string[], env: Environment): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(program, args, { env, stdio: "pipe", windowsHide: true });
  const failing = new Promise<NodeJS.ErrnoException>((resolve) => child.on("error", resolve));
  if (child.pid !== undefined) return child;
  const error = await failing;
  if (error.code !== "ENOENT" && error.code !== "EACCES") throw error;
  const message = error.code === "ENOENT" ? `There is no program ${program} on this machine.` : `${program} may not be run as a program.`;
  throw new PublishError("PROGRAM_MISSING", message, `Install ${program}, or add its folder to PATH.`, { program }, error);
}

/** How a program ended: with an exit status, or by a signal. */
interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => child.once("exit", (status, signal) => resolve({ status, signal })));
}

/** Ends a program that still runs, and closes its pipes, which another one may hold that it started. */
async function stop(child: ChildProcessWithoutNullStreams, ended: Promise<End>): Promise<void> {
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(kill);
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
}

/** Writes a program's input. It may end without having read all; an input that fails ends it, and is the fault. */
async function feed(
  child: ChildProcessWithoutNullStreams,
  input: string | AsyncIterable<string | Uint8Array>,
  fault: { error: unknown },
): Promise<void> {
  const { stdin } = child;
  stdin.on("error", () => {});
  const closed = new Promise((resolve) => stdin.once("close", resolve));
  try {
    for await (const part of typeof input === "string" ? [input] : input) {
      if (stdin.destroyed) return;
      if (!stdin.write(part)) await Promise.race([closed, new Promise((resolve) => stdin.once("drain", resolve))]);
    }
    stdin.end();
  } catch (error) {
    fault.error = error;
    child.kill("SIGTERM");
  }
}

/** Keeps what a program writes to its standard error, the latest; returns it once that has ended, or soon after the program has. */
function complaintOf({ stderr }: ChildProcessWithoutNullStreams): () => Promise<string> {
  let text = "";
  stderr.setEncoding("utf8").on("data", (part: string) => (text = (text + part).slice(-longestComplaint)));
  const closed = new Promise((resolve) => stderr.once("close", resolve));
  return async () => {
    await Promise.race([closed, sleep(lastWordsMs, undefined, { ref: false })]);
    return text.trim();
  };
}

function failure(
  { redact }: Runner,
  program: string,
  { status, signal }: End,
  complaint: string,
  errors: readonly ProgramFailure[],
): PublishError {
  const detail = redact(complaint).slice(-longestShown);
  const facts = { program, status, signal, detail };
  const fits = (row: ProgramFailure): boolean => (row.status ?? status) === status && (row.text ? complaint.search(row.text) !== -1 : true);
  const row = errors.find(fits);
  if (row) return new PublishError(row.code, row.message, row.remedies, facts);
  const how = status === null ? `was ended by ${signal}` : `ended with exit status ${status}`;
  const message = `${program} ${how}${detail === "" ? "" : `: ${detail}`}${/[.!?]$/.test(detail) ? "" : "."}`;
  return new PublishError("PROGRAM_FAILED", message, [`Fix what ${program} reports.`, { action: "retry" }], facts);
}

function tooMuch(program: string): PublishError {
  const message = `${program} wrote more than ${longestOutput} characters, without an end or in one line.`;
  return new PublishError("PROGRAM_FAILED", message, "Report this to the provider's author.", { program });
}
