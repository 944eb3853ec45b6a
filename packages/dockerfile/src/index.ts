/** The multi-stage Dockerfile: a second builder, for a base of one's own. */
export { defaultBase } from "./base.ts";
export type { EngineBuild, EngineRequest } from "./engine-build.ts";
export { checkFolder } from "./folder.ts";
export { openDockerfile, type Dockerfile, type DockerfileOptions } from "./open-dockerfile.ts";
export { datasetteSource, isSource } from "./sources.ts";
