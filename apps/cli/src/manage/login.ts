import { warn, type Login } from "@datasette-publish/core";
import { logIn } from "@datasette-publish/workbench/site";
import { readSecret } from "../terminal.ts";
import type { HostVerb } from "./verb.ts";

/** `publish login <provider>`. */
export const login: HostVerb = {
  name: "login",
  needs: "login",
  about: "account",
  summary: "Keep a host's token for later publishes",
  description:
    "Says where to make a token, reads it without an echo (or from stdin), asks the host whose it is, and keeps it in a file that only you can read.",
  examples: ["", "< token.txt"],
  async run({ provider, request: { env } }, ctx) {
    const { url, env: variable } = provider.login as Login;
    process.stderr.write(`Make a token at ${url}\n`);
    const text = await readSecret("Token (not shown): ", ctx.signal);
    const { account, file, token } = await logIn(provider, text, env, ctx);
    if (env[variable] && env[variable] !== token)
      warn(
        ctx,
        "TOKEN_OVERRIDDEN",
        `${variable} is set in your environment, and wins over what is kept.`,
        { variable },
        `Unset ${variable} to use what is kept.`,
      );
    return {
      result: { provider: provider.name, account, file },
      lines: [`Logged in to ${provider.title} as ${account}. The token is kept in ${file}.`],
    };
  },
};
