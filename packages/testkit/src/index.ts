export * from "./contract.ts";
export * from "./contract-scene.ts";
export * from "./real.ts";
export * from "./registry.ts";
export * from "./sample-image.ts";
