import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { PublishError, type Environment, type InputFile } from "@datasette-publish/core";
import { DraftFolders } from "./drafts/draft-folder.ts";
import { exportSite } from "./export/export-site.ts";
import { isKept } from "./export/version-folder.ts";
import { Jobs } from "./jobs.ts";
import type { Decision, Draft, EncodingExample, Job, OpenPreview, Place, PreparedReport, Site } from "./protocol.ts";
import { withColumn } from "./site/choices.ts";
import { encodingExamples } from "./site/encodings.ts";
import { storeFile } from "./site/record-publish.ts";
import { withDecisions } from "./site/report.ts";
import type { DraftStore } from "./store/draft-store.ts";
import { leaseMs, type JobStore } from "./store/job-store.ts";
import { openStore, type Store } from "./store/open-store.ts";
import type { SiteStore } from "./store/site-store.ts";
import { DraftWorker } from "./worker/draft-worker.ts";
import type { KeepIn, PrepareOf } from "./worker/messages.ts";
import { keepOutcome } from "./worker/outcome.ts";

export interface WorkbenchOptions {
  /** Folder that has everything; see `workbenchFolder`. */
  readonly dir: string;
  /** Whose home, tokens and proxies a publish uses. */
  readonly env: Environment;
  /** Unset: `local`. */
  readonly owner?: string;
  /** Address of a `ProvidersModule`. Unset: the providers that come with this tool. */
  readonly providers?: string;
}

/** One owner's drafts, jobs and sites: what a front end calls. */
export class Workbench implements AsyncDisposable {
  readonly drafts: DraftStore;
  readonly sites: SiteStore;
  readonly jobs: Jobs;
  readonly files: DraftFolders;
  readonly #options: Required<WorkbenchOptions>;
  readonly #store: Store;
  readonly #jobStore: JobStore;
  readonly #workers = new Map<string, DraftWorker>();
  readonly #reports = new Map<string, PreparedReport>();
  readonly #previews = new Map<string, OpenPreview>();
  readonly #renewing: NodeJS.Timeout;

  /** Jobs whose process was killed are told as interrupted, now and later. @throws PublishError as `openStore` does */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const isSource = import.meta.url.endsWith(".ts");
    const providers = new URL(`providers.${isSource ? "ts" : "js"}`, import.meta.url).href;
    return new Workbench({ owner: "local", providers, ...options }, openStore(join(options.dir, storeFile)));
  }

  private constructor(options: Required<WorkbenchOptions>, store: Store) {
    const { drafts, jobs, sites } = store.of(options.owner);
    this.drafts = drafts;
    this.sites = sites;
    this.jobs = new Jobs(jobs);
    this.files = new DraftFolders(join(options.dir, "drafts"), drafts);
    this.#options = options;
    this.#store = store;
    this.#jobStore = jobs;
    store.endInterrupted();
    this.#renewing = setInterval(() => {
      jobs.renew();
      store.endInterrupted();
    }, leaseMs / 4).unref();
  }

  /** Prepares a draft as it is now; its report is then {@link Workbench.report}. */
  prepare(id: string): Job {
    const draft = this.#draft(id);
    return this.jobs.start({ kind: "prepare", draft: id, site: draft.site }, async (call) => {
      this.drafts.dropPrepared(id);
      this.#reports.delete(id);
      await this.files.open(id);
      const outcome = await this.#worker(id).ask("prepare", this.#prepareOf(draft), call);
      const { files } = "error" in outcome ? outcome : outcome.report;
      this.drafts.setFindings(id, draft.revision, files);
      if ("error" in outcome) return { state: "failed", error: outcome.error };
      if (this.drafts.setPrepared(id, draft.revision, outcome.report.digest)) this.#reports.set(id, outcome.report);
      return { state: "done" };
    });
  }

  /** Keeps what somebody decided about a finding; a column that is left out is chosen to be, so that the draft is prepared again. */
  decide(id: string, decision: Omit<Decision, "atMs">): void {
    const { choices } = this.#draft(id);
    const { table, column } = decision;
    this.drafts.decide(id, { ...decision, atMs: Date.now() });
    const wasLeftOut = choices.tables[table]?.columns?.[column]?.leaveOut === true;
    const leaveOut = decision.decision === "leave-out";
    if (leaveOut !== wasLeftOut) this.drafts.setChoices(id, withColumn(choices, table, column, { leaveOut }));
  }

  /** What files and choices came to, with what was decided; undefined unless the draft is prepared. */
  report(id: string): PreparedReport | undefined {
    const draft = this.drafts.get(id);
    const report = this.#reports.get(id);
    return draft?.prepared && report?.digest === draft.prepared ? withDecisions(report, draft.decisions) : undefined;
  }

  /** The rows of a prepared table. @throws PublishError as `DraftWorker.ask` does */
  async rows(id: string, of: { readonly database: string; readonly table: string; readonly limit?: number }) {
    this.#draft(id);
    return await this.#worker(id).ask("rows", of);
  }

  /** How a file that was handed over reads in each encoding, for who knows it to choose; `first` are those that its error names. */
  async encodings(id: string, name: string, first: readonly string[] = []): Promise<EncodingExample[]> {
    this.#draft(id);
    const input = this.files.inputs(id).find((file) => file.name === name);
    if (input !== undefined) return encodingExamples(input.path, first);
    throw new PublishError("INPUT_NOT_FOUND", `There is no file ${name}.`, [], { file: name });
  }

  /** Opens the preview of what is prepared; it is then {@link Workbench.openPreview}. `frameAncestors` is the origin of the page that frames it. */
  preview(id: string, frameAncestors: string): Job {
    const { site } = this.#draft(id);
    return this.jobs.start({ kind: "preview", draft: id, site }, async (call) => {
      const { env } = this.#options;
      const preview = await this.#worker(id).ask("preview", { frameAncestors, env }, call);
      this.#previews.set(id, preview);
      this.drafts.setPreviewed(id, preview.digest);
      return { state: "done" };
    });
  }

  /** The preview of what is prepared now, if it is open. */
  openPreview(id: string): OpenPreview | undefined {
    const preview = this.#previews.get(id);
    return preview?.digest === this.drafts.get(id)?.prepared ? preview : undefined;
  }

  /** What would be done at the draft's place. The job's result is a `Plan`. @throws PublishError `OPTION_INVALID` without a place */
  plan(id: string): Job {
    const { site, place } = placed(this.#draft(id));
    return this.jobs.start({ kind: "plan", draft: id, site }, async (call) => {
      const result = await this.#worker(id).ask("plan", { place, env: this.#options.env }, call);
      return { state: "done", result };
    });
  }

  /** What the prepared draft changes of its site's last version. The job's result is a `Change`. @throws PublishError `NOT_PUBLISHED` */
  compare(id: string): Job {
    const { site } = this.#draft(id);
    const [version] = (site === null ? undefined : this.sites.get(site))?.versions ?? [];
    if (version === undefined) throw new PublishError("NOT_PUBLISHED", "This is a new site: there is nothing to compare it with.", []);
    return this.jobs.start({ kind: "compare", draft: id, site }, async (call) => {
      const result = await this.#worker(id).ask("compare", { versionDir: this.versionDir(version.id) }, call);
      return { state: "done", result };
    });
  }

  /**
   * Publishes what was looked at. The job's result is a `PublishResult`.
   * @throws PublishError `INPUT_CHANGED` when something else is prepared now, `PRIVATE_DATA_FOUND` while something is undecided,
   *   `OPTION_INVALID` without a place, `JOB_RUNNING`
   */
  publish(id: string, digest: string): Job {
    const draft = placed(this.#draft(id));
    const report = this.report(id);
    if (report?.digest !== digest) throw notLookedAt();
    requireDecided(report);
    const memoryFolder = this.#memoryFolder(draft);
    const { name, title, project } = report;
    const site = this.sites.put({ name, title, project, folder: memoryFolder });
    return this.jobs.start({ kind: "publish", draft: id, site: site.id }, async (call) => {
      const keep = this.#keep(draft, memoryFolder, call.job, digest);
      await mkdir(memoryFolder, { recursive: true, mode: 0o700 });
      const of = { place: draft.place, env: this.#options.env, keep };
      const published = await this.#worker(id).ask("publish", of, call);
      keepOutcome({ drafts: this.drafts, jobs: this.#jobStore, sites: this.sites }, keep, { published });
      await this.#removeOld(site);
      return { state: "done" };
    });
  }

  /** Removes a draft with its files; a site that it became stays where it is. @throws PublishError `JOB_RUNNING` while it is published */
  async removeDraft(id: string): Promise<void> {
    if (this.#draft(id).state === "publishing")
      throw new PublishError("JOB_RUNNING", "This draft is being published.", { action: "retry", note: "when that has ended, or stop it" });
    this.#workers.get(id)?.close();
    this.#workers.delete(id);
    this.drafts.remove(id);
    await this.files.removeAll(id);
  }

  /**
   * Everything of a site in one zip: the files that its last version was made of, if they were handed over, and what `exportSite` has of it.
   * @throws PublishError `NOT_PUBLISHED` when the version is not on this machine
   */
  async export(id: string): Promise<AsyncIterable<Uint8Array>> {
    const site = this.sites.get(id);
    const [version] = site?.versions ?? [];
    if (site === undefined || version === undefined || !(await isKept(this.versionDir(version.id))))
      throw new PublishError("NOT_PUBLISHED", "What was published of this site is not on this machine.", "Publish it from here again.");
    const draft = this.drafts.list().find((one) => one.id === this.#jobStore.get(version.id)?.draft);
    const files = draft === undefined ? [] : this.files.inputs(draft.id);
    const { choices = null, about = null } = draft ?? {};
    return exportSite({ site, version, files, settings: { choices, about }, versionDir: this.versionDir(version.id) });
  }

  /** Folder of what was published as a version. */
  versionDir(version: string): string {
    return join(this.#options.dir, "versions", version);
  }

  /** Ends everything; a publish that changes something at a host goes on by itself. */
  async close(): Promise<void> {
    clearInterval(this.#renewing);
    const goingOn = new Set([...this.#workers].filter(([, worker]) => worker.isUndoable).map(([draft]) => draft));
    await this.jobs.close((job) => goingOn.has(this.#jobStore.get(job)?.draft ?? ""));
    for (const worker of this.#workers.values()) worker.close();
    this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #draft(id: string): Draft {
    const draft = this.drafts.get(id);
    if (draft !== undefined) return draft;
    throw new PublishError("INPUT_NOT_FOUND", "This draft is not there any more.", "Begin a new one.");
  }

  #worker(draft: string): DraftWorker {
    const { dir, env, providers } = this.#options;
    const onEnd = (): void => {
      this.#reports.delete(draft);
      this.#previews.delete(draft);
      if (this.#store.isOpen) this.drafts.dropPrepared(draft);
    };
    const worker = this.#workers.get(draft) ?? new DraftWorker({ dir: join(dir, "drafts", draft), env, providers, onEnd });
    this.#workers.set(draft, worker);
    return worker;
  }

  #prepareOf(draft: Draft): PrepareOf {
    const { folder, choices, about } = draft;
    const site = draft.site === null ? undefined : this.sites.get(draft.site);
    const inputs: readonly InputFile[] = folder === null ? this.files.inputs(draft.id) : [{ path: folder, name: basename(folder) }];
    if (inputs.length === 0) throw new PublishError("INPUT_EMPTY", "There is no file yet.", "Add a file.");
    const project = site?.project ?? (folder === null ? draft.id.slice(0, 12) : null);
    return { inputs, memoryFolder: this.#memoryFolder(draft), name: site?.name ?? null, project, choices, about };
  }

  /** Where the names of a site at its hosts are kept: with its data, or in a folder of its own. */
  #memoryFolder({ id, site, folder }: Draft): string {
    const known = site === null ? undefined : this.sites.get(site)?.folder;
    return known ?? folder ?? join(this.#options.dir, "sites", id);
  }

  #keep({ id: draft, decisions }: Draft, memoryFolder: string, job: string, digest: string): KeepIn {
    const { dir, owner } = this.#options;
    return { store: join(dir, storeFile), owner, job, draft, decisions, digest, versionDir: this.versionDir(job), memoryFolder };
  }

  /** The databases of the last version alone are kept. */
  async #removeOld({ id }: Site): Promise<void> {
    const [, ...old] = this.sites.get(id)?.versions ?? [];
    for (const version of old) await rm(this.versionDir(version.id), { recursive: true, force: true });
  }
}

function placed(draft: Draft): Draft & { readonly place: Place } {
  const { place } = draft;
  if (place !== null) return { ...draft, place };
  throw new PublishError("OPTION_INVALID", "Nobody has chosen where the site is to live.", "Choose a place.", { option: "place" });
}

function requireDecided({ findings }: PreparedReport): void {
  const [first, ...others] = findings.filter(({ decision }) => decision === null);
  if (first === undefined) return;
  const { file, table, column, kind } = first;
  const more = others.length > 0 ? ` So has nobody about ${others.length} more.` : "";
  throw new PublishError(
    "PRIVATE_DATA_FOUND",
    `Nobody has decided about ${table} › ${column}.${more}`,
    "Decide whether it may be public.",
    {
      file,
      table,
      column,
      kind,
      columns: others.length + 1,
    },
  );
}

function notLookedAt(): PublishError {
  return new PublishError("INPUT_CHANGED", "What is prepared now is not what was looked at.", "Look at it again, then publish it.");
}
