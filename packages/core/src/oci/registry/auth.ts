/** What proves who pushes: a user's password, or a token to be exchanged (OAuth2 refresh token). */
export type Credentials = { readonly username: string; readonly password: string } | { readonly identityToken: string };

/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Every challenge of a `WWW-Authenticate` header, which may carry several. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const pattern = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;
  for (const [, word = "", quoted, plain] of header.matchAll(pattern)) {
    const value = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: {} });
    else Object.assign(challenges.at(-1)?.parameters ?? {}, { [word.toLowerCase()]: value });
  }
  return challenges;
}

/** `Authorization` header of Basic authentication (RFC 7617). */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** A request for a bearer token (Docker Registry v2 authentication, "token" and "oauth2"). */
export interface TokenRequest {
  readonly url: URL;
  readonly init: { readonly method: "GET" | "POST"; readonly headers: Record<string, string>; readonly body?: string };
}

/** How to ask the token server that a Bearer challenge names; null when the challenge has no usable realm. */
export function tokenRequest({ parameters }: Challenge, scope: string, credentials: Credentials | null): TokenRequest | null {
  const { realm = "", service = "" } = parameters;
  if (!URL.canParse(realm)) return null;
  const url = new URL(realm);
  if (credentials !== null && "identityToken" in credentials) {
    const form = { grant_type: "refresh_token", service, client_id: "datasette-publish", scope, refresh_token: credentials.identityToken };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { url, init: { method: "POST", headers, body: new URLSearchParams(form).toString() } };
  }
  if (service !== "") url.searchParams.set("service", service);
  url.searchParams.set("scope", scope);
  const headers = credentials === null ? {} : { authorization: basicHeader(credentials.username, credentials.password) };
  return { url, init: { method: "GET", headers } };
}

/** The token of a token server's answer; null when it has none. */
export function readToken(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { token, access_token: accessToken } = answer as { token?: unknown; access_token?: unknown };
  const found = [token, accessToken].find((value) => typeof value === "string" && value !== "");
  return typeof found === "string" ? found : null;
}
