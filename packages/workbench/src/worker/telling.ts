import type { Provider } from "@datasette-publish/core";

/** A provider that says when a verb of it is about to change something at the host. */
export function telling(provider: Provider, verb: "rollout" | "rollback" | "unpublish", undoable: () => void): Provider {
  const own = provider[verb] as ((...of: unknown[]) => unknown) | undefined;
  if (own === undefined) return provider;
  const value = (...of: unknown[]): unknown => {
    undoable();
    return own.apply(provider, of);
  };
  return Object.create(provider, { [verb]: { value, enumerable: true } }) as Provider;
}
