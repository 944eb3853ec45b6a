import type { OptionSpec } from "@datasette-publish/core";
import { sizes } from "./api/guest.ts";

/** The provider's options: the CLI's flags, the docs' table and the web form are drawn from these. */
export const options = {
  app: { type: "string", char: "a", description: "Name of the app at Fly.io (default: made from the site's name)" },
  org: { type: "string", char: "o", description: "Organization that a new app belongs to", default: "personal" },
  region: { type: "string", multiple: true, description: "Region with a machine, e.g. lhr (default: where the site is, else iad)" },
  vmSize: { type: "string", description: "Size of each machine", choices: sizes, default: "shared-cpu-1x" },
  memory: { type: "integer", description: "Memory of each machine in MB (default: the least that its size has)" },
  createVolume: { type: "integer", description: "Create a volume of this many GB for databases that can be written to" },
  createDb: { type: "string", multiple: true, description: "Create an empty database of this name on the volume" },
  volumeName: { type: "string", description: "Name of the volume", default: "datasette" },
  crossdb: { type: "boolean", description: "Allow SQL queries across databases", default: false },
  minMachines: { type: "integer", description: "Machines that keep running while nobody visits", default: 0 },
  autostop: { type: "string", description: "What an idle machine does", choices: ["off", "stop", "suspend"], default: "stop" },
} as const satisfies Record<string, OptionSpec>;
