import { manage, statusOf, unsupported, type Context, type HostRequest, type Provider } from "@datasette-publish/core";

/** Which lines of which site's log. */
export interface LogOf {
  readonly provider: Provider;
  readonly request: HostRequest;
  /** Goes on with the lines that come, until `ctx.signal` aborts. */
  readonly follow: boolean;
  /** How many of the latest. */
  readonly lines: number;
}

const lineEvent = "logs";

/**
 * Gives the lines of a published site's log to `take`. They travel as events, so that core keeps secrets out of them.
 * @throws PublishError what `manage` and `statusOf` throw
 */
export function readLog(
  { provider, request, follow, lines }: LogOf,
  { report, ...ctx }: Context,
  take: (line: string) => void,
): Promise<{ readonly site: string; readonly name: string }> {
  const lineReport: Context["report"] = (event) => (event.type === "output" && event.id === lineEvent ? take(event.text) : report(event));
  return manage(provider, request, { ...ctx, report: lineReport }, async (host) => {
    await statusOf(provider, host);
    if (provider.logs === undefined) throw unsupported(provider, "logs");
    for await (const text of provider.logs(host, { follow, lines })) {
      host.signal?.throwIfAborted();
      host.report({ type: "output", id: lineEvent, text });
    }
    return { site: host.siteName, name: host.name };
  });
}
