export * from "./app.ts";
export * from "./guest.ts";
export * from "./health.ts";
export * from "./machine.ts";
export * from "./token.ts";
export type * from "./types.ts";
