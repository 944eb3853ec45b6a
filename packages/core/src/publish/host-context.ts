import { PublishError, isPublishError } from "../errors/publish-error.ts";
import type { Remedy } from "../errors/remedies.ts";
import { systemClock, type Clock } from "../run/clock.ts";
import { step, type Context } from "../events/events.ts";
import { newSession } from "../run/session.ts";
import { homeFolder, type Environment } from "../http/environment.ts";
import type { Remembered } from "../project/memory.ts";
import type { Project } from "../project/project.ts";
import { checkHostName, deriveHostName } from "../provider/host-name.ts";
import { seenBy } from "../provider/extend.ts";
import { requireOptions, resolveOptions, secretOptions, type OptionUse } from "../provider/options.ts";
import { fileCredentials, type CredentialStore } from "../provider/credentials.ts";
import type { OptionValues } from "../provider/option-spec.ts";
import type { AccountContext, HostContext, LoginContext } from "../provider/context.ts";
import type { Login, Provider } from "../provider/provider.ts";
import { missingToken, type FoundToken } from "../provider/tokens.ts";
import { redactor, secretVariables, type Redactor } from "./redact.ts";
import { deliverVia } from "./deliver.ts";
import { isAt } from "./remember.ts";
import { newProgress, runTasks } from "./tasks.ts";
import { tools } from "./tools.ts";

/** Enough for a host to pull an image and start it from nothing. */
export const defaultTimeoutMs = 180_000;

/** Whose account at which host, with a provider's options. */
export interface AccountRequest {
  /** The provider's options as given; environment variables and defaults are filled in here. */
  readonly options: OptionValues;
  readonly env: Environment;
  /** Unset: those of this machine's user. With another one, nothing that this user has here is looked for. */
  readonly credentials?: CredentialStore;
  readonly fetch?: typeof globalThis.fetch;
  /** What is waited by. Unset: real time. */
  readonly clock?: Clock;
  /** How long the site may take to serve every table. Unset: {@link defaultTimeoutMs}. */
  readonly timeoutMs?: number;
}

/** What every verb for a site is asked with: which site, at which host, by whom. */
export interface HostRequest extends AccountRequest {
  /** Names the site, and remembers what it is called at the host. */
  readonly project: Project;
}

/** Where a request's credentials are. */
export function credentialsOf({ credentials, env }: AccountRequest): CredentialStore {
  return credentials ?? fileCredentials(env);
}

/** A redactor that knows every secret of a request. */
export function redactorFor(provider: Provider, { options, env }: AccountRequest): Redactor {
  return redactor([...secretVariables(env), ...secretOptions(provider.options, options, env)]);
}

/**
 * Finds the token and asks the host whose it is. What `ctx` reports and errors must go through `secrets`, which learns the token here.
 * @throws PublishError `OPTION_INVALID`, `CREDENTIALS_MISSING`, and what the host's login throws
 */
export async function openAccount(
  provider: Provider,
  request: AccountRequest,
  secrets: Redactor,
  ctx: Context,
  remembered: OptionValues = {},
): Promise<AccountContext> {
  const options = resolveOptions(provider.options, request.options, request.env, remembered);
  const found = provider.login && (await credentialsOf(request).token(provider));
  if (found === null) throw missingToken(provider);
  const token = found?.token ?? "";
  if (/[^\x20-\x7e]/.test(token)) throw whereToCorrect(garbled(provider), provider, found);
  for (const part of [token, ...token.split(/[\s,]+/)]) secrets.add(part);
  const { name, title } = provider;
  const base: LoginContext = {
    ...ctx,
    ...tools,
    provider: name,
    title,
    token,
    options,
    env: request.env,
    session: newSession(),
    home: request.credentials === undefined ? homeFolder(request.env) : null,
    fetch: request.fetch ?? globalThis.fetch,
    clock: request.clock ?? systemClock,
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
    hide: secrets.add,
    redact: (text, more = []) => redactor(more).text(secrets.text(text)),
  };
  const { login } = provider;
  const ask = (by: Login) =>
    by.account(base).catch((error: unknown) => {
      throw whereToCorrect(error, provider, found);
    });
  const account = login === undefined ? "" : await step(base, "login", `Log in to ${title}`, () => ask(login));
  return seenBy(provider, { ...base, account });
}

/**
 * Opens the account, and settles what the site is called there.
 * @throws PublishError `STATE_INVALID`, `OPTION_INVALID`, and what {@link openAccount} throws
 */
export async function openHost(
  provider: Provider,
  request: HostRequest,
  secrets: Redactor,
  ctx: Context,
  use: OptionUse,
): Promise<HostContext> {
  const { name: siteName, id: source, memory } = request.project;
  const remembered = await memory.recall(siteName, provider.name);
  requireOptions(provider, { ...remembered?.options, ...request.options }, request.env, use);
  const account = await openAccount(provider, request, secrets, ctx, remembered?.options);
  const host: HostContext = {
    ...account,
    siteName,
    source,
    ...settleName(provider, request.project, account, remembered),
    deliver: deliverVia(account, credentialsOf(request).registry),
    runTasks(tasks, before) {
      return runTasks(tasks, this, { progress: newProgress(undefined), before, goesBack: true });
    },
  };
  return host;
}

/** A word processor's quotes, a line break: no header can carry them. */
function garbled({ name: provider, title }: Provider): PublishError {
  const message = `The token for ${title} has a character that no token has, such as a typographic quote or a line break.`;
  return new PublishError("CREDENTIALS_INVALID", message, "Copy it again.", { provider });
}

/** A token that is nobody's is corrected where it was found. */
function whereToCorrect(error: unknown, { name, login }: Provider, found: FoundToken | undefined): unknown {
  if (!isPublishError(error) || error.code !== "CREDENTIALS_INVALID") return error;
  const logIn: Remedy = { action: "log-in", provider: name };
  const from = found?.from ?? "";
  const correct = from === login?.env ? `Correct the variable ${from}, or unset it.` : `Correct ${from}.`;
  return new PublishError(error.code, error.message, found?.isKept ? logIn : [correct, logIn], error.facts, error);
}

function settleName(
  provider: Provider,
  { name, isNamed }: Project,
  { account, options }: AccountContext,
  remembered: Remembered | undefined,
): Pick<HostContext, "name" | "nameFrom"> {
  const { names, title } = provider;
  const recalled = remembered && isAt(provider, remembered, options) ? remembered.name : undefined;
  if (names === undefined) return { name, nameFrom: isNamed ? "option" : recalled === name ? "remembered" : "site" };
  const given = options[names.option];
  const settled =
    typeof given === "string"
      ? ({ name: given, nameFrom: "option" } as const)
      : recalled !== undefined
        ? ({ name: recalled, nameFrom: "remembered" } as const)
        : ({ name: deriveHostName(name, account, names), nameFrom: "derived" } as const);
  checkHostName(settled.name, title, names);
  return settled;
}
