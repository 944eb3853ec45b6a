export * from "./app.ts";
export * from "./client.ts";
export * from "./health.ts";
export { machineTask, removalTask } from "./machine.ts";
export * from "./place.ts";
export * from "./price.ts";
export * from "./release.ts";
export * from "./token.ts";
export type * from "./types.ts";
