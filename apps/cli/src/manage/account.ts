import { manage, type Context, type HostContext, type HostRequest, type Provider } from "@datasette-publish/core";

/** Runs `work` as the one who is logged in, where no site is meant: no name is looked for, in the folder or anywhere. */
export function inAccount<T>(
  provider: Provider,
  { options, env }: Pick<HostRequest, "options" | "env">,
  ctx: Context,
  work: (host: HostContext) => Promise<T>,
): Promise<T> {
  const nameless = Object.create(provider, { names: { value: undefined } }) as Provider;
  return manage(nameless, { paths: [], site: { name: "account" }, options, env }, ctx, work);
}
