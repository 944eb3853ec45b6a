import { parseReference, runProgram, type HostContext, type Provider } from "@datasette-publish/core";

/** Where the image of a site goes: `<registry>/<site>:latest`. */
function referenceOf({ options, siteName }: HostContext): string {
  return `${String(options["registry"])}/${siteName}:latest`;
}

const provider: Provider = {
  // The version of the interface that this file was written for, not the newest there is.
  interface: 2,
  name: "my-host",
  title: "My Host",
  description: "The site's image in a registry that My Host pulls from",
  options: {
    registry: { type: "string", description: "Registry that takes the image, e.g. ghcr.io/me", env: "MY_HOST_REGISTRY", required: true },
  },
  accepts: { platforms: ["amd64", "arm64"] },

  // Runs before anything is converted: say here what would stop a publish.
  async check(ctx) {
    parseReference(referenceOf(ctx));
  },

  // What publish would do. Writes and sends nothing.
  async plan(ctx) {
    return [{ verb: "push", target: referenceOf(ctx) }];
  },

  // Twice the same is one deployment; after a cut, the next run finishes.
  async publish(images, ctx) {
    const { reference, digest } = await ctx.deliver.push(images, referenceOf(ctx));
    return {
      provider: "my-host",
      id: reference,
      url: null,
      next: [runProgram(["docker", "run", "--rm", "-p", "127.0.0.1:8006:8006", "--read-only", "--tmpfs", "/tmp", reference])],
      facts: { reference, digest },
    };
  },
};

export default provider;
