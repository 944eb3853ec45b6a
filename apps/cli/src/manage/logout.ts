import { fileCredentials } from "@datasette-publish/core";
import type { HostVerb } from "./verb.ts";

/** `publish logout <provider>`. */
export const logout: HostVerb = {
  name: "logout",
  needs: "login",
  about: "account",
  summary: "Forget a host's token",
  description: "Removes what publish login kept, and says where else a token is found. The token stays valid: revoke it at the host.",
  examples: [""],
  async run({ provider, request: { env } }) {
    const credentials = fileCredentials(env);
    const forgotten = await credentials.forget(provider.name);
    const remaining = (await credentials.token(provider))?.from ?? null;
    return {
      result: { provider: provider.name, forgotten, remaining },
      lines: [
        forgotten ? `The token for ${provider.title} is forgotten.` : `No token for ${provider.title} was kept.`,
        ...(remaining === null ? [] : [`Another is in ${remaining}: publish goes on using it.`]),
      ],
    };
  },
};
