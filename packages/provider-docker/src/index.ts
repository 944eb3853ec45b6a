import type { Provider } from "@datasette-publish/core/provider";
import { docker } from "./provider.ts";

const provider: Provider = docker;
export { provider as default };
export { builtImages } from "./built-images.ts";
export { findTrialEngine, type Trial, type TrialEngine, type TrialRequest } from "./trial.ts";
export { savedImages } from "./saved-images.ts";
