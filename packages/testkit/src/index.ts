/** For the tests of providers: the contract suite, a real registry, and what a stand-in for a host is made of. */
export { ApiFake } from "./api/api-fake.ts";
export type { Answer, Call } from "./api/call.ts";
export type { Contract, ContractOperation, JsonSchema } from "./api/contract.ts";
export type { Fault } from "./api/faults.ts";
export type { Behaviour, Handler } from "./api/judge.ts";
export { validatorOf } from "./api/validate.ts";
export { fakeRuntime } from "./contract-scene.ts";
export type { ContractSetup, HostWatch, Running } from "./contract-setup.ts";
export { describeProviderContract } from "./contract.ts";
export { fastClock } from "./fast-clock.ts";
export { packedProvider } from "./packed-provider.ts";
export { publishSite, type SiteRequest } from "./publish-site.ts";
export { findBinary, realPart } from "./real.ts";
export { freePort, registryLogin, startRegistry, type RunningRegistry } from "./registry.ts";
export { sampleImage } from "./sample-image.ts";
export { writeWheel, type TestWheel } from "./wheel.ts";
