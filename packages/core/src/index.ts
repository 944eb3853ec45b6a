export * from "./errors/codes.ts";
export * from "./errors/publish-error.ts";
export * from "./events/events.ts";
export * from "./convert/dataset.ts";
export * from "./site/site.ts";
export * from "./image/types.ts";
export * from "./provider/provider.ts";
