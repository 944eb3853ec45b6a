import type { HostContext, OptionSpecs, OptionsOf, Provider, Task } from "@datasette-publish/core/provider";

const options = {
  registry: { type: "string", description: "Registry that takes the image, e.g. ghcr.io/me", env: "MY_HOST_REGISTRY", required: true },
} as const satisfies OptionSpecs;
type Options = OptionsOf<typeof options>;

/** Where the image of a site goes: `<registry>/<site>:latest`. */
function referenceOf({ options: { registry }, siteName }: HostContext<Options>): string {
  return `${registry}/${siteName}:latest`;
}

/** Runs a container on this machine, within bounds. */
const bounds = "--rm -p 127.0.0.1:8006:8006 --read-only --tmpfs /tmp:size=128m --memory 512m --security-opt no-new-privileges".split(" ");

const provider: Provider<Options> = {
  // The version of the interface that this file was written for, not the newest there is.
  interface: 1,
  name: "my-host",
  title: "My Host",
  description: "The site's image in a registry that My Host pulls from",
  options,
  accepts: { images: { platforms: ["linux/amd64", "linux/arm64"] } },

  // Runs before anything is converted: say here what would stop a publish.
  async check(ctx) {
    await ctx.deliver.check({ reference: referenceOf(ctx) });
  },

  // How a publish goes. Reads what is there, and changes nothing: --dry-run lists the tasks, and runs none.
  async rollout(ctx) {
    const reference = referenceOf(ctx);
    const push: Task<{ digest: string }> = {
      verb: "push",
      target: reference,
      ownSteps: true,
      run: ({ images }) => ctx.deliver.push(images, reference),
    };
    return {
      tasks: [push],
      result: ({ resultOf }) => ({
        id: reference,
        facts: { reference, digest: resultOf(push).digest },
        next: [{ action: "run", run: ["docker", "run", ...bounds, reference] }],
      }),
    };
  },
};

export default provider;
