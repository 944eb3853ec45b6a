import type { Layer, Platform } from "../oci/types.ts";

/** A platform that sites are built for. */
export interface SitePlatform extends Platform {
  readonly os: "linux";
  readonly architecture: "amd64" | "arm64";
}

/** The prebuilt code layers for one platform and line of Datasette, as `packages/runtime` has them. */
export interface Runtime {
  readonly platform: SitePlatform;
  /** System first, then native code, then Datasette. */
  readonly layers: readonly Layer[];
  /** argv[0…] of the launcher, e.g. ["/usr/bin/python3.13", "-I", "/app/launch.pyc"]. It reads $PORT and passes its arguments to `datasette serve`. */
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  /** "uid:gid" */
  readonly user: string;
  readonly datasetteVersion: string;
  readonly pythonVersion: string;
  /** When the versions in the layers were chosen: ISO 8601, whole seconds, UTC. */
  readonly lockedAt: string;
  /** SHA-256 of the lock files the layers were built from. */
  readonly lockSha256: string;
}
