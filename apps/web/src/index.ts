/** The page's server. The command line starts it with `publish ui`. */
export { startWeb, type Web, type WebOptions } from "./server/start-web.ts";
