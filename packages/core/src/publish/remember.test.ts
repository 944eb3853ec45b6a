import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PublishEvent } from "../events/events.ts";
import type { Remedy } from "../errors/remedies.ts";
import { resolveOptions } from "../provider/options.ts";
import type { OptionSpec } from "../provider/option-spec.ts";
import type { Provider } from "../provider/provider.ts";
import type { SiteStatus } from "../provider/status.ts";
import { openProject } from "../project/project.ts";
import { noImage, publishOnce, shelf } from "./fixtures.ts";
import { manage, statusOf, unpublish } from "./manage.ts";
import type { TargetRequest } from "./target.ts";
import { logsRemedies } from "./use-site.ts";

let dir: string;
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
beforeEach(async () => {
  events.splice(0);
  dir = await mkdtemp(join(tmpdir(), "remember-test-"));
  await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
});
afterEach(() => rm(dir, { recursive: true }));

const { names: _names, login: _login, ...nameless } = shelf;
const options = {
  server: { type: "string", description: "Server", env: "SHELF_SERVER", remember: true },
  port: { type: "integer", description: "Port", default: 22, remember: true },
  size: { type: "string", description: "Size", remember: true, publishOnly: true },
  color: { type: "string", description: "Color" },
} as const satisfies Record<string, OptionSpec>;

/** Sites of several servers, each by its server. */
function rack(): { provider: Provider; sites: Map<unknown, SiteStatus> } {
  const sites = new Map<unknown, SiteStatus>();
  const provider: Provider = {
    ...nameless,
    options,
    status: ({ options: { server } }) => Promise.resolve(sites.get(server) ?? null),
    logs: async function* () {},
    unpublish: ({ options: { server } }) => Promise.resolve(void sites.delete(server)),
    rollout({ name, options: { server, size = "" } }) {
      const site: SiteStatus = { name, url: null, state: "running", releases: [], facts: { size: String(size) } };
      const create = { verb: "create", target: name, run: () => sites.set(server, site) } as const;
      return Promise.resolve({ tasks: [create], result: () => ({ facts: {} }) });
    },
  };
  return { provider, sites };
}

const request = (changes: Partial<TargetRequest> = {}): TargetRequest => ({
  project: openProject([dir], { id: "here" }),
  options: {},
  env: {},
  ...changes,
});
const noted = () =>
  events.flatMap((event) => (event.type === "warned" && event.code === "OPTION_REMEMBERED" ? [event.facts["option"]] : []));
const optionsOf = (remedies: readonly Remedy[] = []) => remedies.map((remedy) => remedy.action === "use" && remedy.options);

const resolve = (given: object, env: object, remembered: object) => resolveOptions(options, { ...given }, { ...env }, { ...remembered });

describe("an option that is remembered", () => {
  it("is used by the next publish and every verb, which says so, and named in commands", async () => {
    const { provider, sites } = rack();
    const name = openProject([dir]).name;
    const first = await publishOnce(provider, request({ options: { server: "box", size: "s", color: "red" } }), noImage, ctx);
    expect(noted()).toEqual([]);
    const { next } = first.deployment!;
    expect(next).toHaveLength(4);
    expect(optionsOf(next)).toEqual(next.map(() => ({ server: "box", name })));
    expect(await openProject([dir]).memory.recall(name, "shelf")).toEqual({ name, options: { server: "box", port: 22, size: "s" } });
    await publishOnce(provider, request(), noImage, ctx);
    expect(noted()).toEqual(["server", "size"]);
    expect([...sites.keys()]).toEqual(["box"]);
    const seen = await manage(provider, request(), ctx, async (host) => ({
      status: await statusOf(provider, host),
      look: logsRemedies(provider, host),
    }));
    expect(seen).toMatchObject({ status: { facts: { size: "s" } }, look: [{ options: { server: "box", name } }, {}] });
    await unpublish(provider, request(), ctx);
    expect(await openProject([dir]).memory.recall(name, "shelf")).toBeUndefined();
  });

  it("is the user's first, then the environment's, then the remembered one, then the default", () => {
    const [env, remembered] = [{ SHELF_SERVER: "env" }, { server: "kept", port: 2, color: "red" }];
    expect(resolve({ server: "given" }, env, remembered)).toEqual({ server: "given", port: 2 });
    expect(resolve({}, env, remembered)).toEqual({ server: "env", port: 2 });
    expect(resolve({}, {}, remembered)).toEqual({ server: "kept", port: 2 });
    expect(resolve({}, {}, {})).toEqual({ port: 22 });
  });

  it("says at which server the name was published: at another one it is not known", async () => {
    const { provider, sites } = rack();
    await publishOnce(provider, request({ options: { server: "box" } }), noImage, ctx);
    sites.set("other", sites.get("box")!);
    const there = { options: { server: "other" } };
    await expect(publishOnce(provider, request(there), noImage, ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
    await expect(unpublish(provider, request(there), ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
    await unpublish(provider, request({ ...there, project: openProject([dir], { name: openProject([dir]).name }) }), ctx);
    await expect(publishOnce(provider, request(), noImage, ctx)).resolves.toMatchObject({ deployment: {} });
  });

  it.each([{ type: "string", secret: true }, { type: "string", multiple: true }, { type: "boolean" }, { type: "path" }] as const)(
    "is no secret, and one text or number: %j",
    (spec) => {
      const refused = () => resolveOptions({ server: { description: "Server", remember: true, ...spec } }, {}, {});
      expect(refused).toThrow(expect.objectContaining({ code: "PROVIDER_INVALID", facts: { option: "server" } }) as Error);
    },
  );
});
