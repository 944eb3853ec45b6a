import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openProject } from "../project/project.ts";
import type { AccountContext } from "../provider/context.ts";
import { extend, type Extension } from "../provider/extend.ts";
import type { Provider } from "../provider/provider.ts";
import { noImage, publishOnce, shelf } from "./fixtures.ts";
import { inAccount, manage } from "./manage.ts";

const seen: string[] = [];
const look = (who: string, { provider, options, env }: AccountContext): void => {
  seen.push(`${who} ${provider} ${String(options["size"])} ${String(options["to"])} ${env["ENGINE"]}`);
};
const { login: _, names: __, ...plain } = shelf;
const base: Provider = {
  ...plain,
  name: "base",
  options: { size: { type: "string", description: "Size", default: "large" }, to: { type: "string", description: "Where" } },
  check: async (ctx) => look("check", ctx),
  recipe: (ctx) => (look("recipe", ctx), {}),
  status: async (ctx) => (look("status", ctx), null),
  list: async (ctx) => (look("list", ctx), []),
  async *logs(ctx) {
    look("logs", ctx);
    yield "a line";
  },
  rollout: async (ctx) => ({
    resumes: false,
    tasks: [
      {
        verb: "run",
        target: "site",
        run: () => {
          look("run", ctx);
          throw new Error("no");
        },
        undo: async (host) => look("undo", host),
      },
    ],
    result: () => ({ facts: {} }),
  }),
};
const box: Extension = {
  interface: 1,
  name: "box",
  title: "Box",
  description: "The same elsewhere",
  options: { server: { type: "string", description: "Server", required: true } },
  extends: {
    provider: "base",
    given: ({ options: { server } }) => ({ options: { to: server }, env: { ENGINE: `tcp://${String(server)}` } }),
  },
};
const provider = extend(box, base);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "extend-"));
  await writeFile(join(dir, "pets.csv"), "name\nRex\n");
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => void seen.splice(0));
const request = () => ({
  project: openProject([join(dir, "pets.csv")], { name: "pets" }),
  options: { server: "here" },
  env: { ENGINE: "mine" },
});
const ctx = { report: () => {} };
const as = (...who: readonly string[]) => who.map((each) => `${each} box large here tcp://here`);

it("gives all that it inherits its own options and variables, an undo too", async () => {
  await expect(publishOnce(provider, request(), noImage, ctx)).rejects.toMatchObject({ code: "INTERNAL" });
  expect([...new Set(seen)]).toEqual(as("check", "status", "recipe", "run", "undo"));
});

it("gives them to the verbs", async () => {
  await inAccount(provider, request(), ctx, async (account) => provider.list?.(account));
  await manage(provider, request(), ctx, async (host) => {
    for await (const line of provider.logs?.(host, { follow: false, lines: 1 }) ?? []) expect(line).toBe("a line");
  });
  expect(seen).toEqual(as("list", "logs"));
});

it("speaks of no option that only the extended provider has", async () => {
  const failing: Provider = {
    ...base,
    check: async (account) => {
      throw account.error("ENGINE_UNREACHABLE", "No engine.", [
        { action: "remove-option", option: "to" },
        { action: "set-option", option: "server" },
        "Start it.",
      ]);
    },
  };
  await expect(publishOnce(extend(box, failing), request(), noImage, ctx)).rejects.toMatchObject({
    remedies: [{ option: "server" }, { text: "Start it." }],
  });
});

it("keeps what it has of its own", async () => {
  const own = extend(
    {
      ...box,
      async status() {
        return (seen.push("own"), null);
      },
    },
    base,
  );
  await manage(own, request(), ctx, async (host) => own.status?.(host));
  expect(seen).toEqual(["own"]);
  expect(own).toMatchObject({ name: "box", title: "Box", options: box.options, accepts: base.accepts });
});
