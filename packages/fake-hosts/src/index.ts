/** Stand-ins for Heroku and Fly.io, for this repository's own tests. */
export { startFlyFake, type FlyFake } from "./fly/fly-fake.ts";
export type { FlyApp, FlyMachine } from "./fly/model.ts";
export { dockerBuilder } from "./heroku/builder.ts";
export { startHerokuFake, type HerokuFake } from "./heroku/heroku-fake.ts";
export type { HerokuApp } from "./heroku/model.ts";
export { dockerRunner, type DockerRunner } from "./hosting/docker-runner.ts";
export { stubRunner, type SiteRunner, type SiteStart } from "./hosting/site-runner.ts";
