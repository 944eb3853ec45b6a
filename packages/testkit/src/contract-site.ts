import {
  isPublishError,
  manage,
  rollback,
  statusOf,
  unpublish,
  type HostContext,
  type HostedSite,
  type Provider,
  type Verb,
} from "@datasette-publish/core";
import { describe, expect, it } from "vitest";
import { failureOf, soonAfter } from "./contract-hold.ts";
import { contractTimeoutMs as timeout, type Contract, type Scene } from "./contract-scene.ts";
import { watchChanges, type ContractSetup, type Running } from "./contract-setup.ts";

type RunningNow = NonNullable<ContractSetup["running"]>;

/** What becomes of a site that a host keeps running; shown as left out where nobody says what runs. */
export function describesSite(contract: Contract): void {
  const { provider, setup } = contract;
  const { running = () => null } = setup;
  const left = setup.running ? "" : ": left out, give `running`, what the host runs";
  describe.skipIf(setup.running === undefined)(`site${left}`, () => {
    describesChanges(contract, running);
    describesSickness(contract, running);
    if (provider.status) describesGuard(contract);
    describesLooks(contract);
    if (provider.rollback) describesRollback(contract, running);
    if (provider.unpublish) describesRemoval(contract, running);
  });
}

function describesChanges({ scene }: Contract, running: RunningNow): void {
  it("runs what is published, and then what is published over it", { timeout }, async () => {
    await scene().run();
    const first = await found(running);
    await scene().change();
    await scene().run();
    expect((await found(running)).image, "the host runs the data of before").not.toBe(first.image);
  });

  it("gives the site its variables, and one secret for good", { timeout }, async () => {
    const withoutSecret = { env: { DATASETTE_SECRET: undefined } };
    await scene().run(withoutSecret);
    const { variables } = await found(running);
    const missing = scene()
      .variables()
      .filter(([name, value]) => variables[name] !== value);
    expect(missing, "ctx.variables() has to reach the host, with these values").toEqual([]);
    const { DATASETTE_SECRET: secret } = variables;
    expect(secret, "the site has no DATASETTE_SECRET").toMatch(/^.{32,}$/);
    await scene().change();
    await scene().run(withoutSecret);
    const { DATASETTE_SECRET: later } = (await found(running)).variables;
    expect(later, "another secret ends every session: tell ctx.variables() what is set").toBe(secret);
  });
}

function describesSickness({ scene }: Contract, running: RunningNow): void {
  it("is what it was before a change that is not healthy", { timeout }, async () => {
    const { deployment } = await scene().run();
    if (deployment?.url === null) return;
    const before = await found(running);
    await scene().change();
    const failing = scene().run({ isSick: true });
    const how = "a site that answers 503 is not published: tell its url";
    await expect(failing, how).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect((await found(running)).image, "what served before does not serve again: a task needs its undo").toBe(before.image);
    expect((await scene().run()).deployment?.id).toBe(deployment?.id);
  });

  it("is taken back when the first publish of all is not healthy", { timeout }, async () => {
    const error = await failureOf(scene().run({ isSick: true }));
    if (error === undefined && scene().latest()?.deployment?.url === null) return;
    expect(error, "a site that answers 503 is not published").toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect(await running(), "the host runs a site that is not healthy: the task that makes it needs its undo").toBeNull();
    await scene().run();
    expect(await running(), "the next run does not finish").not.toBeNull();
  });
}

function describesGuard({ provider: { names }, scene }: Contract): void {
  it("is not replaced from another folder of that name, unless asked", { timeout }, async () => {
    const unnamed = names ? { options: { [names.option]: undefined } } : {};
    const { deployment } = await scene().run(unnamed);
    const other = scene().run({ ...unnamed, elsewhere: true });
    await expect(other, "status has to know the site, and tell no source but that of its mark").rejects.toMatchObject({
      code: "SITE_EXISTS",
    });
    expect((await scene().run(unnamed)).deployment?.id, "the folder that it is from publishes another site").toBe(deployment?.id);
  });
}

function describesLooks({ provider, setup, scene }: Contract): void {
  it("can be looked at, and that changes nothing", { timeout }, async () => {
    const { deployment } = await scene().run();
    const changes = watchChanges(setup.host);
    const site = { name: expect.any(String) as string, url: plain(deployment?.url) };
    if (provider.status) expect(await look(scene(), provider, "status"), "status has to know what was published").toMatchObject(site);
    if (provider.list) expect(await look(scene(), provider, "list"), "list has to have what was published").toContainEqual(site);
    if (provider.logs)
      expect(await look(scene(), provider, "logs"), "logs gives lines, or says why not by a PublishError").toEqual(expect.any(Array));
    expect(changes()).toEqual([]);
  });

  it.runIf(provider.logs)("has a log that is followed until it is cancelled", { timeout }, async () => {
    await scene().run();
    const stop = new AbortController();
    const follow = async (host: HostContext) => {
      for await (const line of provider.logs?.(host, { follow: true, lines: 5 }) ?? []) if (line !== "") stop.abort();
    };
    const following = failureOf(manage(provider, scene().request(), { report: scene().report, signal: stop.signal }, follow));
    const patience = setTimeout(() => stop.abort(), patienceMs);
    const error = await soonAfter(stop.signal, following);
    clearTimeout(patience);
    expect(error, "logs goes on though ctx.signal has aborted").not.toBe("still running");
    if (error !== undefined)
      expect(error).toMatchObject({ code: stop.signal.aborted ? "CANCELLED" : (expect.not.stringMatching("INTERNAL") as string) });
  });
}

/** A log may have nothing to say at first. */
const patienceMs = 1000;

function describesRollback({ provider, scene }: Contract, running: RunningNow): void {
  it("goes back to the release before", { timeout }, async () => {
    await scene().run();
    const first = await found(running);
    await scene().change();
    await scene().run();
    const releases = () => manage(provider, scene().request(), scene(), async (host) => (await statusOf(provider, host)).releases);
    if (!(await releases()).some(({ current, restorable }) => !current && restorable !== false)) return;
    const { release } = await rollback(provider, scene().request(), undefined, scene());
    expect((await found(running)).image, "another image runs than before").toBe(first.image);
    const serving = (await releases()).find(({ current }) => current);
    expect(release, "rollback returns what serves now, as status shows it").toMatchObject({ id: serving?.id, current: true });
  });
}

function describesRemoval({ provider, scene }: Contract, running: RunningNow): void {
  it("is gone once it is removed", { timeout }, async () => {
    const { deployment } = await scene().run();
    await unpublish(provider, scene().request(), scene());
    expect(await running(), "the host still runs it").toBeNull();
    if (provider.list)
      expect(await look(scene(), provider, "list"), "list still has it").not.toContainEqual(
        expect.objectContaining({ url: plain(deployment?.url) }),
      );
    await expect(look(scene(), provider, "status"), "status still knows it").rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  });
}

async function found(running: RunningNow): Promise<Running> {
  const now = await running();
  expect(now, "the host runs no site").not.toBeNull();
  return now as Running;
}

/** An address as one can be compared with another. */
function plain(url: string | null | undefined): string | null {
  return url ? new URL(url).href : null;
}

function shown({ name, url }: HostedSite): HostedSite {
  return { name, url: plain(url) };
}

/** What a verb gives: a site, sites, or lines. */
function look(scene: Scene, provider: Provider, verb: Extract<Verb, "status" | "list" | "logs">): Promise<unknown> {
  return manage(provider, scene.request(), scene, async (host) => {
    const isOurs = ({ name }: HostedSite) => name === host.name;
    if (verb === "status") return [await statusOf(provider, host)].filter(isOurs).map(shown)[0];
    if (verb === "list") return (await provider.list?.(host))?.filter(isOurs).map(shown);
    const lines: string[] = [];
    try {
      for await (const line of provider.logs?.(host, { follow: false, lines: 5 }) ?? []) lines.push(line);
    } catch (error) {
      if (!isPublishError(error)) throw error;
    }
    return lines;
  });
}
