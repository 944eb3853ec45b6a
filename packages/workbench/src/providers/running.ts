import { PublishError, openPage, toPublishError } from "@datasette-publish/core";
import type { Package } from "./package.ts";
import { isResultOf } from "./results.ts";

/** What a front end does in the process where the code of packages runs. */
export interface PackageProcess {
  /** Called before a package's code is imported: to keep stdout from it. */
  readonly importing?: () => void;
  /** Called when a package's code has ended the process, whose last moment this is: only what is written at once is written. */
  readonly ended?: (error: PublishError) => void;
}

/** A call into a package's code that has not ended. */
interface Running {
  readonly package: Package & PackageProcess;
  /** The verb, or what else it is for, as a phrase: `in status`. */
  readonly where: string;
}

const running = new Set<Running>();

/** `PROVIDER_INVALID`: a package breaks the interface. It says whose the fault is, and where to report it. `fault` is a phrase. */
export function invalidProvider({ name, version, bugs }: Package, fault: string, cause?: unknown): PublishError {
  const remedy = bugs === null ? `Report this to the author of ${name}.` : openPage(bugs, `to report it to the author of ${name}`);
  return new PublishError("PROVIDER_INVALID", `Package ${name} (${version}) ${fault}.`, remedy, { package: name, version }, cause);
}

/** Runs code of a package. What it throws that says nothing to a user is the package's fault; so is that it ends the process. */
export async function inPackage<T>(of: Package & PackageProcess, where: string, work: () => T | Promise<T>): Promise<T> {
  const call = { package: of, where };
  if (running.size === 0) process.once("exit", blamePackage);
  running.add(call);
  try {
    return await work();
  } catch (error) {
    throw blamed(error, call);
  } finally {
    running.delete(call);
    if (running.size === 0) process.off("exit", blamePackage);
  }
}

/** The same for code that does not wait. */
export function atOnce<T>(of: Package, where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw blamed(error, { package: of, where });
  }
}

/** What a function of a package returned. @throws PublishError `PROVIDER_INVALID` when core could not use it */
export function checked<T>(member: string, value: T, of: Package): T {
  if (isResultOf(member, value)) return value;
  throw invalidProvider(of, `returned what is no result of ${member}`);
}

/** What was thrown, unless it is a bug: then whose it is. */
function blamed(error: unknown, { package: of, where }: { readonly package: Package; readonly where: string }): unknown {
  const known = toPublishError(error);
  return known.code === "INTERNAL" ? invalidProvider(of, `failed ${where} (${known.message.replace(/\.$/, "")})`, error) : error;
}

/** Ends the process because we mean it; without a status, with that which was set. */
export function endProcess(status = process.exitCode): never {
  process.off("exit", blamePackage);
  process.exit(status);
}

/** Nothing is done when a package's code ends the process, whatever status it gave. */
function blamePackage(): void {
  const [call] = running;
  call?.package.ended?.(invalidProvider(call.package, `ended the process ${call.where}`));
}
