import type { HerokuFake } from "./heroku-fake.ts";

/** What the API answered; `body` is `{}` when it is no JSON. */
export interface HerokuReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends one request as the account, for tests of the fake itself. */
export type HerokuClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<HerokuReply>;

/** Calls the API of a fake. */
export function herokuClient({ url, token }: Pick<HerokuFake, "url" | "token">): HerokuClient {
  return async (method, path, body, headers) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        accept: "application/vnd.heroku+json; version=3",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json().catch(() => ({}))) as HerokuReply["body"] };
  };
}
