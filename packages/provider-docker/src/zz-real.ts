import { execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish, type OptionValues } from "@datasette-publish/core";
import { layersDir, loadRuntime } from "../../runtime/src/runtime-file.ts";
import { connect } from "./engine.ts";
import { docker } from "./provider.ts";

const dir = await mkdtemp(join(tmpdir(), "docker-real-"));
await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
const go = (options: OptionValues = {}, settings: Record<string, string> = {}, abortAt?: string) => {
  const stop = new AbortController();
  return publish(
    docker,
    {
      paths: [dir],
      convert: {},
      site: { name: "zz-real", settings },
      options: { run: true, port: 18765, timeout: 20, ...options },
      env: process.env,
      runtime: async (p) =>
        (await (loadRuntime as any)(
          join((layersDir as any) instanceof Function ? (layersDir as any)() : layersDir, `linux-${p.architecture}`),
        ))!,
    },
    {
      signal: stop.signal,
      report: (e) => {
        if (e.type === "step.started" && e.id === abortAt) setTimeout(() => stop.abort(), 1200);
      },
    },
  );
};
const engine = (await connect(process.env))!;
await go();
const a = await engine.getContainer("datasette-zz-real").inspect();
for (const args of [
  [{ platform: ["linux/arm64"] }, {}],
  [{}, { no_such_setting: "1" }],
  [{}, { sql_time_limit_ms: "x" }],
  [{}, {}, "docker.run"],
] as const) {
  const t = Date.now();
  try {
    console.log("OK?", (await go(args[0], args[1] as any, args[2])).deployment);
  } catch (error) {
    const e = error as { code: string; message: string; facts: unknown };
    console.log(args, e.code, e.message, e.facts, Date.now() - t);
  }
  const b = await engine.getContainer("datasette-zz-real").inspect();
  console.log("still", b.Id === a.Id, b.State.Status);
  console.log(execFileSync("docker", ["ps", "-a"]).toString());
}
console.log((await go({}, { base_url: "/x/" })).deployment?.url);
const next = (await go({ run: false })).deployment?.next;
console.log(next);
await engine.getContainer("datasette-zz-real").remove({ force: true });
const id = execFileSync("docker", ["run", "-d", "--rm", "-p", "18766:8006", "--read-only", "zz-real:latest"]).toString().trim();
await new Promise((r) => setTimeout(r, 3000));
console.log(await (await fetch("http://127.0.0.1:18766/data/pets.json?_shape=array")).text());
execFileSync("docker", ["rm", "-f", id]);
await engine.getImage("zz-real:latest").remove({ force: true });
