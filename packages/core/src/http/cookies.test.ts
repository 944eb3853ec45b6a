import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../run/clock.ts";
import { newSession, type Session } from "../run/session.ts";
import { hostApi, type Caller } from "./api.ts";

interface Operations {
  "POST /apps": { request: { name: string }; response: undefined };
  "GET /apps/{app}": { request: undefined; response: undefined };
}

const asked: string[] = [];
const host = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.cookie ?? "-"}`);
  if (request.method === "POST")
    response.setHeader("set-cookie", ["node=a; Path=/v1/apps/pets", "node=b; Path=/v1/apps/cats", "other=1; Path=/v2"]);
  response.end();
});
beforeAll(() => new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve)));
afterAll(() => void host.close());

const api = (cookies: boolean) =>
  hostApi<Operations>({
    base: () => `http://127.0.0.1:${(host.address() as AddressInfo).port}/v1`,
    headers: () => ({ authorization: "Bearer t" }),
    cookies,
  });
const as = (session: Session): Caller => ({
  provider: "shelf",
  title: "Shelf",
  token: "t",
  env: {},
  options: {},
  fetch,
  clock: systemClock,
  session,
});

it.each([
  [true, ["GET /v1/apps/pets node=a", "GET /v1/apps/cats node=b", "GET /v1/apps/dogs -"]],
  [false, ["GET /v1/apps/pets -", "GET /v1/apps/cats -", "GET /v1/apps/dogs -"]],
])("cookies: %j, each for its path", async (cookies, expected) => {
  asked.splice(0);
  const call = api(cookies)(as(newSession()));
  await call("POST /apps", {}, { body: { name: "pets" } });
  for (const app of ["pets", "cats", "dogs"]) await call("GET /apps/{app}", { app });
  expect(asked).toEqual(["POST /v1/apps -", ...expected]);
});

it("keeps the cookies of one run from another", async () => {
  asked.splice(0);
  const connect = api(true);
  const [one, other] = [as(newSession()), as(newSession())];
  await connect(one)("POST /apps", {}, { body: { name: "pets" } });
  await connect(other)("GET /apps/{app}", { app: "pets" });
  await connect({ ...one, name: "pets" })("GET /apps/{app}", { app: "pets" });
  expect(asked.slice(1)).toEqual(["GET /v1/apps/pets -", "GET /v1/apps/pets node=a"]);
});
