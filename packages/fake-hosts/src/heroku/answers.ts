import type { Answer, Call, Handler } from "@datasette-publish/testkit";
import type { HerokuApp, HerokuWorld } from "./model.ts";

/** An answer with an error's body. */
export function problem(status: number, id: string, message: string): Answer {
  return { status, body: { id, message } };
}

/** 422: the request is well-formed and cannot be done. */
export function invalid(message: string): Answer {
  return problem(422, "invalid_params", message);
}

/** An operation on an app, named by its name or its id: 404 when there is none, 403 when it is somebody else's. */
export function onApp(world: HerokuWorld, work: (app: HerokuApp, call: Call) => Answer | Promise<Answer>): Handler {
  return (call) => {
    const { app: name = "" } = call.params;
    const app = world.apps.get(name) ?? [...world.apps.values()].find(({ id }) => id === name);
    if (app !== undefined) return work(app, call);
    if (world.taken.has(name)) return problem(403, "forbidden", `You do not have access to the app ${name}.`);
    return problem(404, "not_found", "Couldn't find that app.");
  };
}

const defaultMax = 200;
const rangePattern = /^(?<field>\w+)\s*(?<open>\]?)(?<from>[^.;]*)\.\.[^;]*(?:;(?<options>.*))?$/;

/**
 * A list as `Range` asks for it (`version ..; max=1, order=desc`): 206 with `Next-Range` while there is more.
 *
 * @param fields what the list can be ordered by; the first is used unless asked otherwise
 */
export function listAnswer<T>(
  call: Call,
  items: readonly T[],
  fields: Readonly<Record<string, (item: T) => string | number>>,
  show: (item: T) => unknown,
): Answer {
  const { field, open, from, options } = readRange(call.headers.range ?? `${Object.keys(fields)[0]} ..`);
  const read = fields[field];
  if (read === undefined) return problem(400, "bad_request", `The range ${call.headers.range} is not one of this list.`);
  const max = Number(/\bmax=(\d+)/.exec(options)?.[1] ?? defaultMax);
  const direction = /\border=desc\b/.test(options) ? -1 : 1;
  const order = (a: string | number, b: string | number) => direction * (a < b ? -1 : a > b ? 1 : 0);
  const isAsked = (item: T) => {
    const place = order(read(item), typeof read(item) === "number" ? Number(from) : from);
    return from === "" || (open === "" ? place >= 0 : place > 0);
  };
  const asked = items.filter(isAsked).toSorted((a, b) => order(read(a), read(b)));
  const page = asked.slice(0, max);
  const last = page.at(-1);
  const body = page.map(show);
  if (asked.length === page.length || last === undefined) return { status: 200, body };
  const suffix = direction === -1 ? ", order=desc" : "";
  return { status: 206, headers: { "Next-Range": `${field} ]${read(last)}..; max=${max}${suffix}` }, body };
}

function readRange(text: string): { field: string; open: string; from: string; options: string } {
  const { field = "", open = "", from = "", options = "" } = rangePattern.exec(text)?.groups ?? {};
  return { field, open, from, options };
}
