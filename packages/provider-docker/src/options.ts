import type { DefaultPort, HostContext, OptionSpecs, OptionsOf, PublishContext } from "@datasette-publish/core/provider";

export const defaultPort: DefaultPort = 8006;

/** MB that a site's container may use: the caps on values and answers are as high as they get (docs/limits.md). */
export const defaultMemoryMb = 512;

/** What is done on the machine that publishes. */
const here = { scope: "machine", publishOnly: true } as const;

/** The provider's options, from which the CLI's flags are drawn. */
export const options = {
  archive: { type: "path", description: "Write the image to this tar file, for `docker load`, podman or skopeo", ...here },
  layout: { type: "path", description: "Write the image to this folder as an OCI image layout", ...here },
  push: {
    type: "string",
    description: "Push the image to this reference, e.g. ghcr.io/me/site:latest; needs no engine",
    publishOnly: true,
  },
  tag: { type: "string", description: "Name of the image in the engine or archive (default: <site>:latest)", ...here },
  run: {
    type: "boolean",
    description: "Run the site in a container that replaces the one it ran in before",
    default: false,
    ...here,
  },
  port: {
    type: "integer",
    description: `Port that {run} serves on (default: ${defaultPort})`,
    minimum: 1,
    maximum: 65_535,
    ...here,
  },
  bind: {
    type: "string",
    level: "more",
    description: "Address of the engine's machine that {run} serves on, such as 0.0.0.0 for all (default: 127.0.0.1)",
    ...here,
  },
  memory: {
    type: "integer",
    level: "more",
    description: "Memory of the site's container in MB, for {run} and in the `docker run` that is printed; 0 for no limit",
    default: defaultMemoryMb,
    minimum: 0,
    publishOnly: true,
  },
  platform: {
    type: "string",
    description: "Platform to build for; give several with {layout} or {push}",
    choices: ["linux/amd64", "linux/arm64"],
    multiple: true,
    publishOnly: true,
  },
} as const satisfies OptionSpecs;

export type Options = OptionsOf<typeof options>;
export type Host = HostContext<Options>;
export type Publish = PublishContext<Options>;
