import { toRemedies, type Remedy } from "../errors/remedies.ts";
import type { Environment } from "../http/environment.ts";
import type { AccountContext } from "./context.ts";
import type { OptionSpecs, OptionValues } from "./option-spec.ts";
import type { Provider } from "./provider.ts";

/** What an extended provider sees besides the options of the extension, and the user's environment. */
export interface Given {
  readonly options?: OptionValues;
  readonly env?: Environment;
}

/**
 * A provider that is another one, elsewhere: it says where, and has all verbs of that one but those that it brings itself. An engine that
 * is reached by SSH is `docker` with another `DOCKER_HOST`.
 */
export interface Extension<V extends OptionValues = OptionValues>
  extends Omit<Provider<V>, "accepts" | "check" | "rollout">, Partial<Pick<Provider<V>, "accepts" | "check" | "rollout">> {
  readonly extends: {
    /** Name of a built-in provider. */
    readonly provider: string;
    given(ctx: AccountContext<V>): Given | Promise<Given>;
  };
}

/** Under this key a provider that extends another one says what the functions of both see. */
const view = Symbol("view");
interface View {
  see(ctx: AccountContext): Promise<Given>;
  /** Makes errors that name no option which only the extended provider has. */
  error(ctx: AccountContext): AccountContext["error"];
}

/** An extension with what it inherits from `base`: all but what a provider is called, asked for, and logs in with. */
export function extend(own: Extension, base: Provider): Provider {
  const { login: _login, names: _names, about: _about, instead: _instead, options, ...inherited } = base;
  const defaults = Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, spec.default]));
  const see = async (ctx: AccountContext): Promise<Given> => {
    const given = await own.extends.given(ctx);
    return { ...given, options: { ...defaults, ...ctx.options, ...given.options } };
  };
  const error =
    (ctx: AccountContext): AccountContext["error"] =>
    (code, message, remedies, facts, cause) =>
      ctx.error(
        code,
        message,
        toRemedies(remedies).filter((remedy) => isPossible(remedy, own.options)),
        facts,
        cause,
      );
  return Object.assign({ ...inherited, ...own }, { [view]: { see, error } satisfies View });
}

/** A context as a provider sees it: its own, unless it extends another one. */
export async function seenBy<C extends AccountContext>(provider: Provider & { readonly [view]?: View }, ctx: C): Promise<C> {
  const its = provider[view];
  if (its === undefined) return ctx;
  const { options, env } = await its.see(ctx);
  return { ...ctx, options: { ...options }, env: { ...ctx.env, ...env }, error: its.error(ctx) };
}

function isPossible(remedy: Remedy, options: OptionSpecs): boolean {
  return !("option" in remedy) || remedy.option in options || ["name", "timeout"].includes(remedy.option);
}
