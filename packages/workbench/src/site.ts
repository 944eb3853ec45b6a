/** What every front end does with a site: prepare it whole, look at it, build it. It loads preview, runtime and plugins when they are needed. */
export { siteBuild } from "./site/build-site.ts";
export { openChecked, warmUp, type WarmOptions } from "./site/preview-site.ts";
export { prepareWhole } from "./site/prepare-whole.ts";
export { openSitePlugins, type PluginsCall } from "./site/site-plugins.ts";
