import type { FoundToken, TokenPlaces } from "@datasette-publish/core/provider";

/** The token that `fly auth login` left in flyctl's configuration, and that file. */
export function findToken({ env, file }: TokenPlaces): Promise<FoundToken | null> {
  const path = [env["FLY_CONFIG_DIR"] || ".fly", "config.yml"];
  return file(path, (text) => /^access_token: *["']?([^"'\s][^"'\r\n]*)/m.exec(text)?.[1]?.trim());
}

/** The value of the `authorization` header: macaroons have a scheme of their own (fly-go, `tokens.FlapsHeader`). */
export function authorization(token: string): string {
  const bare = bareToken(token);
  return `${isMacaroon(bare) ? "FlyV1" : "Bearer"} ${bare}`;
}

/**
 * The token without a scheme, as the registry takes it for a password; of a list that has macaroons, those alone.
 * It is given as `Bearer`, `FlyV1` or nothing, then one token or several with commas between them.
 */
export function bareToken(token: string): string {
  const list = token.trim().replace(/^((bearer|flyv1)\s+)+/i, "");
  const parts = list.split(",").map((part) => part.trim());
  const macaroons = parts.filter(isMacaroon);
  return (macaroons.length > 0 ? macaroons : parts).join(",");
}

function isMacaroon(token: string): boolean {
  return /^fm(1r|1a|2)_/.test(token);
}
