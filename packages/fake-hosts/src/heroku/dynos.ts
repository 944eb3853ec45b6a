import { randomInt, randomUUID } from "node:crypto";
import { currentRelease, timestamp, type HerokuApp, type HerokuBehaviour, type HerokuDyno, type HerokuRelease } from "./model.ts";
import type { SiteRunner } from "../hosting/site-runner.ts";

/** A dyno that crashed is started once more. */
const maxStarts = 2;

/**
 * Keeps each app's web process as its current release and its formation say: one site, whatever the quantity.
 * It runs as a user of no name, with its command as one argument (heroku/cli#930), with the config vars, `DYNO`, and a `PORT` that is another at each start.
 */
export class Dynos {
  readonly #runner: SiteRunner;
  readonly #behaviour: Pick<HerokuBehaviour, "overlap">;
  readonly #turns = new Map<string, Promise<void>>();
  /** By app, what was replaced and serves still. */
  readonly #former = new Map<string, HerokuDyno>();

  constructor(runner: SiteRunner, behaviour: Pick<HerokuBehaviour, "overlap">) {
    this.#runner = runner;
    this.#behaviour = behaviour;
  }

  /** Starts, restarts or stops what has to be; one change after the other. Never fails: a site that does not start has crashed. */
  refresh(app: HerokuApp): Promise<void> {
    const turn = (this.#turns.get(app.id) ?? Promise.resolve()).then(() => this.#settle(app));
    this.#turns.set(app.id, turn);
    return turn;
  }

  async #settle(app: HerokuApp): Promise<void> {
    const wanted = wantedRelease(app);
    if (app.dyno !== null && app.dyno.release !== wanted) await this.#replace(app, app.dyno, wanted);
    if (wanted !== null && app.dyno === null) await this.#start(app, wanted);
    const former = this.#former.get(app.id);
    const serving = wanted === null || app.dyno?.state === "up" ? app.dyno : former;
    app.door.set(app.maintenance ? null : (serving?.site?.port ?? null));
    if (former === undefined || serving === former) return;
    this.#former.delete(app.id);
    await stop(app, former);
  }

  async #replace(app: HerokuApp, dyno: HerokuDyno, next: HerokuRelease | null): Promise<void> {
    app.dyno = null;
    if (this.#behaviour.overlap && dyno.state === "up" && next !== null) return void this.#former.set(app.id, dyno);
    if (!this.#former.has(app.id)) app.door.set(null);
    await stop(app, dyno);
  }

  async #start(app: HerokuApp, release: HerokuRelease): Promise<void> {
    const port = randomInt(10_000, 60_000);
    const user = randomInt(20_000, 60_000);
    const env = { ...release.configVars, DYNO: "web.1", PORT: String(port) };
    const dyno: HerokuDyno = { id: randomUUID(), release, createdAt: timestamp(), state: "starting", env, site: null };
    app.dyno = dyno;
    for (let attempt = 1; dyno.site === null && attempt <= maxStarts; attempt++) await this.#try(app, dyno, `${user}:${user}`, port);
  }

  async #try(app: HerokuApp, dyno: HerokuDyno, user: string, port: number): Promise<void> {
    const image = dyno.release.slug?.images["web"]?.reference ?? "";
    dyno.state = "starting";
    note(app, "heroku[web.1]", `Starting process on port ${port}`);
    try {
      dyno.site = await this.#runner({ image, env: dyno.env, port, user, joinsCommand: true });
      dyno.state = "up";
      note(app, "app[web.1]", `Serving on port ${port}`);
    } catch (error) {
      dyno.state = "crashed";
      note(app, "app[web.1]", String(error).replaceAll("\n", " "));
    }
    note(app, "heroku[web.1]", `State changed from starting to ${dyno.state}`);
  }
}

function wantedRelease(app: HerokuApp): HerokuRelease | null {
  const release = currentRelease(app);
  const quantity = app.formation.get("web")?.quantity ?? 0;
  if (app.isDeleted || quantity === 0 || release?.slug?.images["web"] === undefined) return null;
  return release;
}

async function stop(app: HerokuApp, dyno: HerokuDyno): Promise<void> {
  await dyno.site?.stop();
  note(app, "heroku[web.1]", `State changed from ${dyno.state} to down`);
}

/** Writes into an app's log. @param source e.g. `app[api]`, `heroku[web.1]` */
export function note(app: HerokuApp, source: string, text: string): void {
  app.log.write(`${new Date().toISOString().replace("Z", "000+00:00")} ${source}: ${text}`);
}
