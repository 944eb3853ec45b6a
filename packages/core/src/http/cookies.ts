import type { CookieJar } from "tough-cookie";
import type { Session } from "../run/session.ts";

type Fetch = typeof globalThis.fetch;

/** Makes `fetch` keep cookies and send them back (RFC 6265), in a jar of each session: hosts use them to route a caller to the same node each time. */
export function cookieKeeper(): (session: Session, fetch: Fetch) => Fetch {
  const jars = new WeakMap<Session, Promise<CookieJar>>();
  return (session, fetch) => async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const jar = jars.get(session) ?? newJar();
    jars.set(session, jar);
    const cookies = await jar;
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
