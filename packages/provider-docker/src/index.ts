import type { Provider } from "@datasette-publish/core/provider";
import { docker } from "./provider.ts";

const provider: Provider = docker;
export { provider as default };
export { builtImages } from "./built-images.ts";
export { savedImages } from "./saved-images.ts";
