import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { safeParse, type GenericSchema } from "valibot";
import { makeHandlers, type Served } from "./api.ts";
import { bodies, queries } from "./bodies.ts";
import { sendEvents } from "./events.ts";
import { checkKey, checkSender, type Door } from "./guard.ts";
import { servePage, type Page } from "./page.ts";
import { Refused, toRefusal } from "./refusal.ts";
import type { Call, RouteName } from "./route.ts";
import { receiveFile } from "./upload.ts";

/** What the server is made of. */
export interface AppOptions extends Served, Door {
  readonly page: Page;
  /** Folder of the workbench: an answer names it nowhere. */
  readonly dir: string;
  /** Called at each request that has the key. */
  readonly onKey: () => void;
}

type Bound = { Bindings: HttpBindings };

/** The most bytes of a JSON body: choices about thousands of columns have less. */
const maxBodyBytes = 8_000_000;

/** Routes after which work goes on: the answer is the job, as it has begun. */
const starts = /^POST .*\/(prepare|preview|plan|compare|publish|rollback|remove)$/;

/** The page and its routes, behind the guard. */
export function createApp(options: AppOptions): Hono<Bound> {
  const { workbench, downloads, page, dir, onKey } = options;
  const inDir = JSON.stringify(dir).slice(1, -1);
  const toText = (value: unknown): string => JSON.stringify(value).replaceAll(inDir, "…");
  const app = new Hono<Bound>({ strict: true });
  app.use(checkSender(options));
  app.use("/api/*", checkKey(options, onKey));
  app.get("/downloads/:once", (c) => downloads.send(c));
  app.get("/api/jobs/:job/events", (c) => sendEvents(workbench, c, toText));
  app.put("/api/drafts/:draft/files/:file", async (c) => json(c, toText(await receiveFile(workbench, c))));
  for (const [name, handle] of Object.entries(makeHandlers(options)) as [RouteName, (call: Call<RouteName>) => unknown][]) {
    const [method = "", path = ""] = name.split(" ");
    app.on(method, path, async (c) => json(c, toText(await handle(await readCall(name, c))), starts.test(name) ? 202 : 200));
  }
  app.use(servePage(page));
  app.notFound((c) => {
    throw new Refused(404, `Nothing is at ${c.req.path.slice(0, 200)}.`);
  });
  app.onError((error, c) => {
    const { status, body } = toRefusal(error);
    if (c.req.path.startsWith("/api")) return json(c, toText(body), status);
    return c.text(`${body.error.message}\n`, status);
  });
  return app;
}

function json(c: Context, text: string, status: 200 | 202 | ReturnType<typeof toRefusal>["status"] = 200): Response {
  return c.body(text, status, { "content-type": "application/json" });
}

/** What a handler gets, checked. @throws Refused 400 */
async function readCall(name: RouteName, c: Context<Bound>): Promise<Call<RouteName>> {
  return {
    params: c.req.param(),
    query: check(queries[name as keyof typeof queries], c.req.query(), "query"),
    body: name in bodies ? check(bodies[name as keyof typeof bodies], await readJson(c), "body") : undefined,
    signal: c.req.raw.signal,
  } as unknown as Call<RouteName>;
}

/** @throws Refused 413, 415, 400 */
async function readJson(c: Context<Bound>): Promise<unknown> {
  if (!/^application\/json *(;|$)/i.test(c.req.header("content-type") ?? "")) throw new Refused(415, "The request is not JSON.");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of c.env.incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Refused(413, `The request has more than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refused(400, "The request is not JSON.");
  }
}

/** The value as it was checked; undefined where the route takes none. */
function check(schema: GenericSchema | undefined, value: unknown, part: string): unknown {
  if (schema === undefined) return undefined;
  const { success, output, issues } = safeParse(schema, value);
  if (success) return output;
  const path = issues[0].path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new Refused(400, `The ${part} of the request is not as it is to be${path === "" ? "" : `, at ${path}`}.`, { field: path });
}
