import { randomInt, randomUUID } from "node:crypto";
import { currentRelease, timestamp, type HerokuApp, type HerokuDyno, type HerokuRelease } from "./model.ts";
import type { SiteRunner } from "../hosting/site-runner.ts";

/**
 * Keeps each app's web process as its current release and its formation say: one site, whatever the quantity.
 * It runs as a user of no name, with its command as one argument (heroku/cli#930), with the config vars, `DYNO`, and a `PORT` that is another at each start.
 */
export class Dynos {
  readonly #runner: SiteRunner;
  readonly #turns = new Map<string, Promise<void>>();

  constructor(runner: SiteRunner) {
    this.#runner = runner;
  }

  /** Starts, restarts or stops what has to be; one change after the other. Never fails: a site that does not start has crashed. */
  refresh(app: HerokuApp): Promise<void> {
    const turn = (this.#turns.get(app.id) ?? Promise.resolve()).then(() => this.#settle(app));
    this.#turns.set(app.id, turn);
    return turn;
  }

  async #settle(app: HerokuApp): Promise<void> {
    const wanted = wantedRelease(app);
    if (app.dyno !== null && app.dyno.release !== wanted) await stop(app, app.dyno);
    if (wanted !== null && app.dyno === null) await this.#start(app, wanted);
    const isOpen = app.dyno?.state === "up" && !app.maintenance;
    app.door.set(isOpen ? (app.dyno?.site?.port ?? null) : null);
  }

  async #start(app: HerokuApp, release: HerokuRelease): Promise<void> {
    const port = randomInt(10_000, 60_000);
    const user = randomInt(20_000, 60_000);
    const env = { ...release.configVars, DYNO: "web.1", PORT: String(port) };
    const dyno: HerokuDyno = { id: randomUUID(), release, createdAt: timestamp(), state: "starting", env, site: null };
    app.dyno = dyno;
    const image = release.slug?.images["web"]?.reference ?? "";
    note(app, "heroku[web.1]", `Starting process on port ${port}`);
    try {
      dyno.site = await this.#runner({ image, env, port, user: `${user}:${user}`, joinsCommand: true });
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
  app.door.set(null);
  app.dyno = null;
  await dyno.site?.stop();
  note(app, "heroku[web.1]", `State changed from ${dyno.state} to down`);
}

/** Writes into an app's log. @param source e.g. `app[api]`, `heroku[web.1]` */
export function note(app: HerokuApp, source: string, text: string): void {
  app.log.write(`${new Date().toISOString().replace("Z", "000+00:00")} ${source}: ${text}`);
}
