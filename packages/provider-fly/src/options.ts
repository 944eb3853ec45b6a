import type { OptionSpecs, OptionsOf } from "@datasette-publish/core/provider";
import { readRegions, sizes } from "./api/place.ts";

const several = { type: "string", multiple: true, publishOnly: true } as const;
const idle = ["off", "stop", "suspend"] as const;

/** The provider's options, from which the CLI's flags are drawn. */
export const options = {
  app: { type: "string", char: "a", description: "Name of the app at Fly.io (default: made from the site's name)" },
  org: { type: "string", char: "o", description: "Organization that a new app belongs to (default: the token's, else personal)" },
  region: { ...several, description: "Region with a machine (default: where it is, else iad)", choices: readRegions },
  vmSize: { type: "string", description: "Size of each machine", choices: sizes, default: "shared-cpu-1x", publishOnly: true },
  memory: { type: "integer", description: "Memory of each machine in MB (default: the least that its size has)", publishOnly: true },
  createVolume: { type: "integer", minimum: 1, description: "GB of a new volume for databases to write to", publishOnly: true },
  createDb: { ...several, description: "Create an empty database of this name on the volume" },
  volumeName: { type: "string", description: "Name of the volume", default: "datasette", publishOnly: true },
  minMachines: { type: "integer", minimum: 0, description: "Machines that always run in the first region", default: 0, publishOnly: true },
  autostop: { type: "string", description: "What an idle machine does", choices: idle, default: "stop", publishOnly: true },
} as const satisfies OptionSpecs;

export type Options = OptionsOf<typeof options>;
