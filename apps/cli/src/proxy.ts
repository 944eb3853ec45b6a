import http from "node:http";
import { PublishError } from "@datasette-publish/core";

/** This machine is reached directly, as by Go's clients and unlike by Node's. */
const ownMachine = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Has every request, by whichever module, go through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, in capitals or not.
 * `env` gets a `no_proxy` for the programs that are started, and for agents that read it (`proxyEnv`).
 * @throws PublishError `COMMAND_INVALID` when an address is none; it may hold a password, and is not shown
 */
export function useProxy(env: NodeJS.ProcessEnv): void {
  const { no_proxy = env["NO_PROXY"] } = env;
  if (no_proxy?.trim() !== "*") env["no_proxy"] = [...(no_proxy ? [no_proxy] : []), ...ownMachine].join();
  const given = ["https_proxy", "http_proxy"].flatMap((lower) => [lower, lower.toUpperCase()]).filter((name) => env[name]);
  if (given.length === 0) return;
  for (const name of given) if (!env[name]?.includes("://")) env[name] = `http://${env[name]}`;
  try {
    http.setGlobalProxyFromEnv(env);
  } catch {
    const hint = "Correct it to an address such as http://proxy.example:3128, or unset it.";
    throw new PublishError("COMMAND_INVALID", "HTTPS_PROXY or HTTP_PROXY is no address of a proxy.", hint);
  }
}
