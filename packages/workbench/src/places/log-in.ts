import {
  PublishError,
  fileCredentials,
  inAccount,
  isPublishError,
  type Context,
  type Environment,
  type Provider,
} from "@datasette-publish/core";

/**
 * Asks the host whose token this is, and keeps it for later publishes. Returns whose it is, and the file.
 * @throws PublishError `CREDENTIALS_INVALID` when it is nobody's, and then nothing is kept; what the host throws
 */
export async function logIn(
  provider: Provider,
  text: string,
  env: Environment,
  ctx: Context,
): Promise<{ readonly account: string; readonly file: string; readonly token: string }> {
  const token = oneLine(text, provider);
  const { env: variable } = provider.login!;
  const asking = inAccount(provider, { options: {}, env: { ...env, [variable]: token } }, ctx, async (host) => host.account);
  const account = await asking.catch((error: unknown) => {
    // What core says is about where the token was found: it was given here.
    throw isPublishError(error) && error.code === "CREDENTIALS_INVALID"
      ? invalid(error.message, provider, "and paste the whole token", error.facts)
      : error;
  });
  return { account, file: await fileCredentials(env).keep(provider.name, token), token };
}

function oneLine(text: string, provider: Provider): string {
  const token = text.trim();
  if (token !== "" && !/[\r\n]/.test(token)) return token;
  const message = token === "" ? "No token was given." : `A token of ${provider.title} is one line.`;
  throw invalid(message, provider, "and paste the token");
}

function invalid(message: string, { name: provider }: Provider, note: string, facts: PublishError["facts"] = { provider }): PublishError {
  return new PublishError("CREDENTIALS_INVALID", message, { action: "log-in", provider, note }, facts);
}
