// The page's server as a process of its own: it prints the address.
import { workbenchFolder } from "@datasette-publish/workbench";
import { startWeb } from "./index.ts";

const port = process.argv.indexOf("--port");
const web = await startWeb({
  dir: await workbenchFolder(process.env),
  env: process.env,
  version: "0",
  ...(port > 0 && { port: Number(process.argv[port + 1]) }),
});
console.log(web.url);
process.on("SIGTERM", () => void web.close().then(() => process.exit()));
