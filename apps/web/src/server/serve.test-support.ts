// The page's server in a process of its own: `node serve.test-support.ts <folder>` prints its address, and ends with its input.
import { startWeb } from "./start-web.ts";

const [dir = ""] = process.argv.slice(2);
const web = await startWeb({ dir, env: process.env, version: "1.2.3" });
console.log(web.url);
process.stdin.on("end", () => void web.close()).resume();
