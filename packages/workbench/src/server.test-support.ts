// A front end that publishes a draft and is killed: `node server.test-support.ts <folder> <gate>`. It prints a line at each step.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Workbench } from "./workbench.ts";

const [dir, gate] = process.argv.slice(2) as [string, string];
const providers = new URL("worker/shelf.test-support.ts", import.meta.url).href;
const workbench = await Workbench.open({ dir: join(dir, "bench"), env: process.env, providers });
const data = join(dir, "pets");
const draft = workbench.drafts.create({ folder: data }).id;
workbench.drafts.setPlace(draft, { card: "shelf", options: { file: join(dir, "shelf.txt"), gate }, address: null });
const prepared = workbench.prepare(draft);
writeFileSync(join(dir, "draft"), draft);
console.log("preparing");
await workbench.jobs.ended(prepared.id);
const job = workbench.publish(draft, workbench.drafts.get(draft)!.prepared!);
writeFileSync(join(dir, "job"), job.id);
console.log("publishing");
setInterval(() => {}, 1000);
