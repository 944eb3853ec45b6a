import { providerInterface, type Provider } from "@datasette-publish/core";
import { login } from "./api/login.ts";
import { usableApp } from "./app.ts";
import { verbs } from "./manage.ts";
import { plan, publish } from "./publish.ts";

const dynoSizes = ["eco", "basic", "standard-1x", "standard-2x", "performance-m", "performance-l"];

/** Heroku's Cedar generation: an app on the container stack, with neither Heroku's CLI nor Docker. */
export const heroku: Provider = {
  interface: providerInterface,
  name: "heroku",
  title: "Heroku",
  description: "An app at Heroku, with neither Docker nor Heroku's CLI",
  accepts: { platforms: ["amd64"], compressions: ["gzip"] },
  options: {
    app: { type: "string", description: "Name of the app; made from the site's name when not given", char: "a" },
    team: { type: "string", description: "Team that a new app belongs to", publishOnly: true },
    region: { type: "string", description: "Region of a new app: us or eu", publishOnly: true },
    dynoSize: {
      type: "string",
      description: "Size of the web dyno; a new app gets basic, 7 USD a month",
      choices: dynoSizes,
      publishOnly: true,
    },
    build: {
      type: "string",
      description: "What makes the image: this tool, or Heroku",
      choices: ["image", "remote"],
      default: "image",
      publishOnly: true,
    },
    setStack: { type: "boolean", description: "Replace what an existing app runs; its stack becomes container", publishOnly: true },
  },
  login,
  names: { option: "app", pattern: /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/, maxLength: 30 },
  recipe: () => ({ settings: { force_https_urls: "1" } }),
  check: async (ctx) => void (await usableApp(ctx)),
  plan,
  publish,
  ...verbs,
};
