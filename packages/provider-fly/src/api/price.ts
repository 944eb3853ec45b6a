import type { Provider } from "@datasette-publish/core/provider";

/** What a site of one small machine costs. */
export const price = {
  text: "A small site costs about 2 USD a month while it is awake, and next to nothing while it sleeps.",
  url: "https://fly.io/docs/about/pricing/",
  asOf: "2026-06-30",
} satisfies Provider["about"];
