export * from "./api/api-fake.ts";
export type { Answer, Call } from "./api/call.ts";
export * from "./api/contract.ts";
export type { Fault } from "./api/faults.ts";
export type { Behaviour, Handler } from "./api/judge.ts";
export * from "./api/validate.ts";
export { describeProviderContract } from "./contract.ts";
export { closeScene, fakeRuntime, listFiles, openScene, type RunChanges, type Scene } from "./contract-scene.ts";
export type { ContractSetup, HostWatch, Running } from "./contract-setup.ts";
export * from "./fast-clock.ts";
export * from "./publish-site.ts";
export * from "./real.ts";
export * from "./registry.ts";
export * from "./sample-image.ts";
export * from "./hosting/docker-runner.ts";
export * from "./hosting/front-door.ts";
export * from "./hosting/site-runner.ts";
export * from "./heroku/heroku-fake.ts";
export { dockerBuilder, stubBuilder, type DockerBuilder, type ImageBuilder } from "./heroku/builder.ts";
export type {
  HerokuAccount,
  HerokuApp,
  HerokuBehaviour,
  HerokuBuild,
  HerokuDyno,
  HerokuFormation,
  HerokuImage,
  HerokuRelease,
  HerokuSlug,
} from "./heroku/model.ts";
export type { NewApp } from "./heroku/apps.ts";
export * from "./hosting/registry-door.ts";
export * from "./fly/fly-fake.ts";
