import type { CookieJar } from "tough-cookie";

type Fetch = typeof globalThis.fetch;

/** Makes `fetch` keep cookies and send them back (RFC 6265), in one jar: hosts use them to route a caller to the same node each time. */
export function cookieKeeper(): (fetch: Fetch) => Fetch {
  let jar: Promise<CookieJar> | undefined;
  return (fetch) => async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const cookies = await (jar ??= newJar());
    const cookie = await cookies.getCookieString(url);
    const response = await fetch(input, cookie === "" ? init : { ...init, headers: { ...(init?.headers as object), cookie } });
    for (const line of response.headers.getSetCookie()) await cookies.setCookie(line, url, { ignoreError: true });
    return response;
  };
}

async function newJar(): Promise<CookieJar> {
  const { CookieJar: Jar } = await import("tough-cookie");
  return new Jar();
}
