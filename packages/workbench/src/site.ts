/** What every front end does with a site: prepare it whole, look at it, build it. It loads preview, runtime and plugins when they are needed. */
export { engineUser } from "./site/engine-user.ts";
export { noEngine, openChecked, warmUp, type ShownWith, type WarmOptions } from "./site/preview-site.ts";
export { logIn } from "./places/log-in.ts";
export { prepareWhole } from "./site/prepare-whole.ts";
export { readLog, type LogOf } from "./site/read-log.ts";
export { siteAssembler } from "./site/site-assembler.ts";
export { openSitePlugins, type PluginsCall } from "./site/site-plugins.ts";
