export { docker } from "./provider.ts";
export { docker as default } from "./provider.ts";
