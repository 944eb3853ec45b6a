import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { PublishError, isPublishError } from "../errors/publish-error.ts";
import type { Remedy } from "../errors/remedies.ts";
import { step, type Context } from "../events/events.ts";
import { inputError } from "../files/input-file.ts";
import type { Environment } from "../http/environment.ts";
import { checkHostName, deriveHostName } from "../provider/host-name.ts";
import { resolveOptions, secretOptions } from "../provider/options.ts";
import type { HostContext, Login, OptionValues, Provider } from "../provider/provider.ts";
import { findToken, missingToken, tokenFile } from "../provider/tokens.ts";
import { checkName, siteName } from "../site/site-name.ts";
import { recallName } from "./names-file.ts";
import { redactor, secretVariables, type Redactor } from "./redact.ts";

/** Enough for a host to pull an image and start it from nothing. */
export const defaultTimeoutMs = 180_000;

/** A host may need time for what is on its way, time for the way back, and some. */
const undoMs = ({ timeoutMs }: HostContext): number => 2 * timeoutMs + 60_000;

/** What every verb is asked with: which site, at which provider's options, by whom. */
export interface HostRequest {
  /** The inputs: they name the site, and beside them its name at the host is remembered. */
  readonly paths: readonly string[];
  readonly site: { readonly name?: string };
  /** The provider's options as given; environment variables and defaults are filled in here. */
  readonly options: OptionValues;
  readonly env: Environment;
  readonly fetch?: typeof globalThis.fetch;
  /** How long the site may take to serve every table. Unset: {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
}

/** A redactor that knows every secret of a request. */
export function redactorFor(provider: Provider, { options, env }: HostRequest): Redactor {
  return redactor([...secretVariables(env), ...secretOptions(provider.options, options, env)]);
}

/**
 * Finds the token, asks the host whose it is, and settles what the site is called there.
 * What `ctx` reports and errors must go through `secrets`, which learns the token here.
 *
 * @throws PublishError `OPTION_INVALID`, `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`, `SITE_NAME_INVALID`, `STATE_INVALID`, `CREDENTIALS_MISSING`, and what the host's login throws
 */
export async function openHost(provider: Provider, request: HostRequest, secrets: Redactor, ctx: Context): Promise<HostContext> {
  const options = resolveOptions(provider.options, request.options, request.env);
  for (const path of request.paths)
    await stat(path).catch((error: unknown) => {
      throw inputError(path, error);
    });
  const site = request.site.name ?? siteName(request.paths);
  checkName(site);
  const found = await findToken(provider, request.env);
  if (provider.login !== undefined && found === null) throw missingToken(provider);
  const token = found?.token ?? "";
  if (/[^\x20-\x7e]/.test(token)) throw whereToCorrect(garbled(provider), provider, request.env, found?.from);
  for (const part of [token, ...token.split(/[\s,]+/)]) secrets.add(part);
  const base: Omit<HostContext, "name" | "nameFrom" | "account"> = {
    ...ctx,
    siteName: site,
    source: await sourceOf(request.paths),
    token,
    options,
    env: request.env,
    fetch: request.fetch ?? globalThis.fetch,
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
    hide: secrets.add,
    redact: secrets.text,
    step: (id, title, work) => step(base, id, title, work),
  };
  const { login } = provider;
  const ask = (by: Login) =>
    by.account(base).catch((error: unknown) => {
      throw whereToCorrect(error, provider, request.env, found?.from);
    });
  const account = login === undefined ? "" : await step(base, "login", `Log in to ${provider.title}`, () => ask(login));
  return { ...base, account, ...(await settleName(provider, request, site, account, options)) };
}

/** A word processor's quotes, a line break: no header can carry them. */
function garbled({ name: provider, title }: Provider): PublishError {
  const message = `The token for ${title} has a character that no token has, such as a typographic quote or a line break.`;
  return new PublishError("CREDENTIALS_INVALID", message, "Copy it again.", { provider });
}

/** A token that is nobody's is corrected where it was found. */
function whereToCorrect(error: unknown, { name, login }: Provider, env: Environment, from = ""): unknown {
  if (!isPublishError(error) || error.code !== "CREDENTIALS_INVALID") return error;
  const logIn: Remedy = { action: "log-in", provider: name };
  const correct = from === login?.env ? `Correct the variable ${from}, or unset it.` : `Correct ${from}.`;
  return new PublishError(error.code, error.message, from === tokenFile(env) ? logIn : [correct, logIn], error.facts, error);
}

async function sourceOf([first = "."]: readonly string[]): Promise<string> {
  return createHash("sha256")
    .update(await realpath(first))
    .digest("hex")
    .slice(0, 12);
}

async function settleName(
  provider: Provider,
  { paths, site: { name } }: HostRequest,
  site: string,
  account: string,
  options: OptionValues,
): Promise<Pick<HostContext, "name" | "nameFrom">> {
  const { names, title } = provider;
  if (names === undefined) return { name: site, nameFrom: name === undefined ? "site" : "option" };
  const given = options[names.option];
  const recalled = await recallName(paths, site, provider.name);
  const settled =
    typeof given === "string"
      ? ({ name: given, nameFrom: "option" } as const)
      : recalled !== undefined
        ? ({ name: recalled, nameFrom: "remembered" } as const)
        : ({ name: deriveHostName(site, account, names), nameFrom: "derived" } as const);
  checkHostName(settled.name, title, names);
  return settled;
}

/** For putting things right after the user cancelled: the same host, and a signal that only time aborts. */
export function uncancelled(host: HostContext): HostContext {
  const free: HostContext = {
    ...host,
    signal: AbortSignal.timeout(undoMs(host)),
    step: (id, title, work) => step(free, id, title, work),
  };
  return free;
}
