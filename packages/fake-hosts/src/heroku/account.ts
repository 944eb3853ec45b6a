import { randomUUID } from "node:crypto";
import type { Answer, Call, Handler } from "@datasette-publish/testkit";
import { listAnswer, onApp, problem } from "./answers.ts";
import { idOf, timestamp, type HerokuApp, type HerokuWorld } from "./model.ts";
import { readBasic } from "../hosting/registry-door.ts";

const defaultLines = 100;

/** 401 without the token, as a bearer or as the password of anybody; 400 for a call that does not say which API it means. */
export function authorize(token: string): (call: Call) => Answer | undefined {
  return ({ headers: { authorization = "", accept = "" } }) => {
    const given = /^bearer (.+)$/i.exec(authorization)?.[1] ?? readBasic(authorization).password;
    if (given !== token) return problem(401, "unauthorized", "Invalid credentials provided.");
    if (/application\/vnd\.heroku\+json;\s*version=3/.test(accept)) return undefined;
    return problem(400, "bad_request", "Accept does not ask for version 3.");
  };
}

/** The account, what goes with an app besides releases, and logs. */
export function accountHandlers(world: HerokuWorld): Record<string, Handler> {
  const { account } = world;
  return {
    "GET /account": () => ({
      status: 200,
      body: { id: account.id, email: account.email, verified: account.verified, name: null, federated: false, suspended_at: null },
    }),
    "GET /apps/{app}/addons": onApp(world, (_app, call) => listAnswer(call, [], { id: String }, String)),
    "GET /apps/{app}/collaborators": onApp(world, (app, call) =>
      listAnswer(call, [owner(world, app)], { id: ({ id }) => id }, (each) => each),
    ),
    "GET /apps/{app}/pipeline-couplings": onApp(world, () => problem(404, "not_found", "Couldn't find that pipeline coupling.")),
    "POST /apps/{app}/log-sessions": onApp(world, (app, { body }) => openLog(world, app, body ?? {})),
  };
}

function owner({ account: { id, email } }: HerokuWorld, app: HerokuApp): { id: string } {
  const times = { created_at: app.createdAt, updated_at: app.createdAt };
  const user = { id, email, federated: false };
  return { id: idOf(`owner ${app.id}`), app: { id: app.id, name: app.name }, role: "owner", permissions: [], user, ...times } as {
    id: string;
  };
}

interface LogRequest {
  readonly dyno?: string;
  readonly lines?: number;
  readonly source?: string;
  readonly tail?: boolean;
}

function openLog(world: HerokuWorld, app: HerokuApp, { dyno, lines = defaultLines, source, tail = false }: LogRequest): Answer {
  const filter = (line: string) => {
    const [, from, process] = /^\S+ (\w+)\[([\w.]+)\]: /.exec(line) ?? [];
    return (source === undefined || source === from) && (dyno === undefined || dyno === process || dyno === process?.split(".")[0]);
  };
  const url = world.streams.open({ log: app.log, lines, tail, filter });
  return { status: 201, body: { id: randomUUID(), logplex_url: url, created_at: timestamp(), updated_at: timestamp() } };
}
