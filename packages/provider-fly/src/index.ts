export { fly, fly as default } from "./provider.ts";
