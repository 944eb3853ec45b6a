// What each step of the original recipe takes off an image of examples/csvs: the same site six ways, from one stage to no base at all.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const pip = "python3-pip python3-dev gcc g++ libc6-dev ca-certificates";
const toolchain = `RUN apt-get update && apt-get install -y --no-install-recommends ${pip} && rm -rf /var/lib/apt/lists/* /var/cache/apt/*`;
const install = (what) => `RUN python3 -m pip install --no-cache-dir --target /app ${what}`;
const convert = "RUN PYTHONPATH=/app python3 -c 'from csvs_to_sqlite.cli import cli; cli()' /csvs/*.csv /data.db";
const serve = [
  "ENV PYTHONPATH=/app",
  'CMD ["python3", "-m", "datasette", "serve", "--host", "0.0.0.0", "--port", "8006", "-i", "/data.db"]',
];
/** In a stage: Datasette in /app, and the database as publish makes it. */
const compiled = ["FROM base AS packages", toolchain, install("datasette==0.65.5")];
const final = (...more) => ["FROM base", "COPY --from=packages /app /app", "COPY data.db /", ...more, ...serve];

/** The Dockerfiles, each with one step more than the one before. */
const steps = {
  "one stage: compiler, pandas and the CSVs stay": [
    "FROM base",
    toolchain,
    install("datasette==0.65.5 csvs-to-sqlite"),
    "COPY csvs /csvs",
    "RUN sed -i 's/\\r$//' /csvs/*.csv",
    convert,
    ...serve,
  ],
  "convert elsewhere": ["FROM base", toolchain, install("datasette==0.65.5"), "COPY data.db /", ...serve],
  "compile in a stage that is thrown away": [...compiled, ...final()],
  "delete `__pycache__`, `*.c`, `*.pxd`, `*.pyd`": [
    ...compiled,
    "RUN find /app '(' -name '*.pyc' -o -name '*.c' -o -name '*.pxd' -o -name '*.pyd' ')' -delete",
    ...final(),
  ],
};

/** Builds each as `steps:<number>`; `base` is the image that they are on. Returns their titles by reference. */
export function buildSteps(dir, { base, csvs, database }) {
  const context = join(dir, "steps");
  mkdirSync(context, { recursive: true });
  cpSync(csvs, join(context, "csvs"), { recursive: true });
  cpSync(database, join(context, "data.db"));
  const built = [];
  for (const [at, [title, lines]] of Object.entries(steps).entries()) {
    const text = lines.map((line) => line.replace(/^FROM base/, `FROM ${base}`)).join("\n");
    writeFileSync(join(context, "Dockerfile"), `${text}\n`);
    const reference = `publish-bench:step-${at}`;
    execFileSync("docker", ["build", "--quiet", "--tag", reference, context], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
    });
    built.push({ title, reference });
  }
  return built;
}
