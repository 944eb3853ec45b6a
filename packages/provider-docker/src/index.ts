export { docker, docker as default } from "./provider.ts";
