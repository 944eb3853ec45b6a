import type { Environment } from "../http/environment.ts";
import type { Credentials } from "../oci/registry/auth.ts";
import { findCredentials } from "../oci/registry/credentials.ts";
import type { Provider } from "./provider.ts";
import { findToken, forgetToken, keepToken, type FoundToken } from "./tokens.ts";

/** Where a user's credentials are. Handed in with a request, so that one process can publish for many users. */
export interface CredentialStore {
  /** A provider's token; null if there is none. Nothing is sent. */
  token(provider: Provider): Promise<FoundToken | null>;
  /** What a registry knows the user by; null if there is nothing. `registry` is host and port as in a reference. */
  registry(registry: string, signal?: AbortSignal): Promise<Credentials | null>;
  /** Keeps a provider's token for later runs. Returns where, in a few words. */
  keep(provider: string, token: string): Promise<string>;
  /** Forgets what {@link CredentialStore.keep} kept. Returns whether there was a token. */
  forget(provider: string): Promise<boolean>;
}

/** The credentials of this machine's user: environment variables, and the files that this tool, vendors' tools and Docker keep. */
export function fileCredentials(env: Environment): CredentialStore {
  return {
    token: (provider) => findToken(provider, env),
    registry: (registry, signal) => findCredentials(registry, env, signal),
    keep: (provider, token) => keepToken(provider, token, env),
    forget: (provider) => forgetToken(provider, env),
  };
}
