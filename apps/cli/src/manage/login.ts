import { PublishError, fileCredentials, inAccount, isPublishError, warn, type Login, type Provider } from "@datasette-publish/core";
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
    const token = oneLine(await readSecret("Token (not shown): ", ctx.signal), provider);
    const asking = inAccount(provider, { options: {}, env: { ...env, [variable]: token } }, ctx, async (host) => host.account);
    const account = await asking.catch((error: unknown) => {
      throw isPublishError(error) && error.code === "CREDENTIALS_INVALID" ? notAccepted(error, provider) : error;
    });
    const file = await fileCredentials(env).keep(provider.name, token);
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

function notAccepted({ code, message, facts }: PublishError, { name }: Provider): PublishError {
  return new PublishError(code, message, `Run publish login ${name} again, and paste the whole token.`, facts);
}

/** @throws PublishError `CREDENTIALS_INVALID` */
function oneLine(text: string, { name, title }: Provider): string {
  const token = text.trim();
  if (token !== "" && !/[\r\n]/.test(token)) return token;
  throw new PublishError(
    "CREDENTIALS_INVALID",
    token === "" ? "No token was given." : `A token of ${title} is one line.`,
    `Run publish login ${name} again, and paste the token.`,
    { provider: name },
  );
}
