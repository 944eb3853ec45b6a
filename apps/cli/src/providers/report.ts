import { fileCredentials, formatBytes, isPublishError, type Environment, type Price, type Provider } from "@datasette-publish/core";
import { inOneLine } from "../errors.ts";
import { verbsOf } from "../manage/verbs.ts";
import type { FoundProvider } from "@datasette-publish/workbench/providers";

/** A provider as `publish providers` shows it: plain JSON. */
export interface ProviderReport extends Pick<Provider, "name" | "title" | "description" | "interface"> {
  readonly version: string;
  /** Name and folder of its package; null when built in. */
  readonly package: string | null;
  readonly folder: string | null;
  /** Commands besides publish: `publish <verb> <name>`. */
  readonly verbs: readonly string[];
  readonly platforms: readonly string[];
  /** Null: no limit. */
  readonly maxBytes: number | null;
  /** What a site costs; null: it does not say. */
  readonly about: Price | null;
  /** Null: it needs no token. */
  readonly login: ({ readonly variable: string; readonly url: string } & Whereabouts) | null;
}

/** Where a token is, a variable or a file; or why that cannot be said, and what to do. */
interface Whereabouts {
  readonly found: string | null;
  readonly problem: string | null;
}

/** Describes a provider without asking any host, and without running a package's code: what a vendor's own tool left is not looked for then. */
export async function reportOf({ provider, version, package: of, folder }: FoundProvider, env: Environment): Promise<ProviderReport> {
  const { name, title, description, accepts, about, login } = provider;
  return {
    name,
    title,
    description,
    interface: provider.interface,
    version,
    package: of,
    folder,
    verbs: verbsOf(provider),
    platforms: accepts.images.platforms,
    maxBytes: accepts.images.maxBytes ?? null,
    about: about ?? null,
    login:
      login === undefined
        ? null
        : { variable: login.env, url: login.url, ...(await whereFound(folder === null ? provider : withoutFind(provider), env)) },
  };
}

function withoutFind({ login, ...provider }: Provider): Provider {
  if (login === undefined) return provider;
  const { find: _, ...rest } = login;
  return { ...provider, login: rest };
}

async function whereFound(provider: Provider, env: Environment): Promise<Whereabouts> {
  try {
    return { found: (await fileCredentials(env).token(provider))?.from ?? null, problem: null };
  } catch (error) {
    if (isPublishError(error)) return { found: null, problem: inOneLine(error) };
    throw error;
  }
}

export function renderProvider(report: ProviderReport): readonly string[] {
  const { platforms, maxBytes } = report;
  const limit = maxBytes === null ? "" : `, up to ${formatBytes(maxBytes)}`;
  return [report.name, `${report.title} (${report.version})`, `${platforms.join(" and ")}${limit}`, tokenOf(report), report.folder ?? ""];
}

function tokenOf({ name, login }: ProviderReport): string {
  if (login === null) return "needs no login";
  return login.problem ?? (login.found === null ? `no token: publish login ${name}` : `token in ${login.found}`);
}
