import { findToken, isPublishError, type Environment, type Provider } from "@datasette-publish/core";
import { verbsOf } from "../manage/verbs.ts";
import { formatBytes } from "../reporter.ts";
import type { FoundProvider } from "./load.ts";

/** A provider as `publish providers` shows it: plain JSON. */
export interface ProviderReport extends Pick<Provider, "name" | "title" | "description" | "interface"> {
  readonly version: string;
  /** Null when built in. */
  readonly folder: string | null;
  /** Commands besides publish: `publish <verb> <name>`. */
  readonly verbs: readonly string[];
  readonly platforms: readonly string[];
  /** Null: no limit. */
  readonly maxBytes: number | null;
  /** Null: it needs no token. `found` says where one is: a variable or a file. */
  readonly login: { readonly variable: string; readonly url: string; readonly found: string | null } | null;
}

/** Describes a provider without asking any host. */
export async function reportOf({ provider, version, folder }: FoundProvider, env: Environment): Promise<ProviderReport> {
  const { name, title, description, accepts, login } = provider;
  return {
    name,
    title,
    description,
    interface: provider.interface,
    version,
    folder,
    verbs: verbsOf(provider),
    platforms: accepts.platforms,
    maxBytes: accepts.maxBytes ?? null,
    login: login === undefined ? null : { variable: login.env, url: login.url, found: await whereFound(provider, env) },
  };
}

async function whereFound(provider: Provider, env: Environment): Promise<string | null> {
  try {
    return (await findToken(provider, env))?.from ?? null;
  } catch (error) {
    if (isPublishError(error)) return null;
    throw error;
  }
}

export function renderProvider(report: ProviderReport): readonly string[] {
  const { platforms, maxBytes, login } = report;
  const limit = maxBytes === null ? "" : `, up to ${formatBytes(maxBytes)}`;
  const token =
    login === null ? "needs no login" : login.found === null ? `no token: publish login ${report.name}` : `token in ${login.found}`;
  return [report.name, `${report.title} (${report.version})`, `${platforms.join(" and ")}${limit}`, token, report.folder ?? ""];
}
