export * from "./app.ts";
export * from "./changes.ts";
export * from "./guest.ts";
export * from "./health.ts";
export * from "./machine.ts";
export * from "./place.ts";
export * from "./token.ts";
export type * from "./types.ts";
