import type { OptionSpecs, OptionsOf } from "@datasette-publish/core/provider";
import { placesFor } from "./api/apps.ts";
import { dynoSizes } from "./api/dynos.ts";

const ofPublish = { type: "string", publishOnly: true } as const;

/** What users may say of a site at Heroku. */
export const options = {
  app: { type: "string", description: "Name of the app; made from the site's name when not given", char: "a" },
  team: { ...ofPublish, description: "Team that a new app belongs to", choices: (ctx) => placesFor(ctx, "teams") },
  region: { ...ofPublish, description: "Region of a new app: us or eu", choices: (ctx) => placesFor(ctx, "regions") },
  dynoSize: { ...ofPublish, description: "Size of the web dyno; a new app gets basic", choices: dynoSizes },
  build: { ...ofPublish, description: "What makes the image: this tool, or Heroku", choices: ["image", "remote"], default: "image" },
  setStack: { ...ofPublish, type: "boolean", description: "Replace what an existing app runs; its stack becomes container" },
} as const satisfies OptionSpecs;

export type Options = OptionsOf<typeof options>;
