import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { PublishError, type Environment, type InputFile } from "@datasette-publish/core";
import { DraftFolders } from "./drafts/draft-folder.ts";
import { openUpdates } from "./drafts/last-draft.ts";
import { createDraft, type NewDraft } from "./drafts/new-draft.ts";
import { notHere, notLookedAt, placed, requireDecided } from "./drafts/readiness.ts";
import { exportSite } from "./export/export-site.ts";
import { isKept } from "./export/version-folder.ts";
import { Jobs } from "./jobs.ts";
import { imageFile } from "./places/card.ts";
import { Places } from "./places/places.ts";
import type {
  Decision,
  Draft,
  EncodingExample,
  FindingKey,
  HostAnswer,
  Job,
  OpenPreview,
  Place,
  PlaceCard,
  PreparedReport,
  Version,
} from "./protocol.ts";
import type { ProvidersModule } from "./providers.ts";
import { prune, removeUnwanted } from "./prune.ts";
import { PublishedSites, findSite } from "./published-sites.ts";
import { chosenName, withColumn } from "./site/choices.ts";
import { encodingExamples } from "./site/encodings.ts";
import { storeFile } from "./site/record-publish.ts";
import { withDecisions } from "./site/report.ts";
import type { DraftStore } from "./store/draft-store.ts";
import { jobRunning, leaseMs, type JobStore } from "./store/job-store.ts";
import { openStore, type OwnStore, type Store } from "./store/open-store.ts";
import type { SiteStore } from "./store/site-store.ts";
import type { KeepPublish, PrepareOf } from "./worker/messages.ts";
import { keepOutcome } from "./worker/outcome.ts";
import { Workers } from "./worker/workers.ts";

export interface WorkbenchOptions {
  /** Folder that has everything; see `workbenchFolder`. */
  readonly dir: string;
  /** Whose home, tokens and proxies a publish uses. */
  readonly env: Environment;
  /** Unset: `local`. */
  readonly owner?: string;
  /** Address of a `ProvidersModule`. Unset: the providers that come with this tool. */
  readonly providers?: string;
  /** The clock. Unset: the system's. */
  readonly now?: () => number;
}

/** How often what nobody needs is removed, in milliseconds. */
const pruneMs = 3_600_000;

/** One owner's drafts, jobs and sites: what a front end calls. */
export class Workbench implements AsyncDisposable {
  readonly drafts: DraftStore;
  readonly sites: SiteStore;
  readonly jobs: Jobs;
  readonly files: DraftFolders;
  readonly #options: Required<WorkbenchOptions>;
  readonly #store: Store;
  readonly #own: OwnStore;
  readonly #jobStore: JobStore;
  readonly #workers: Workers;
  readonly #places: Places;
  readonly #published: PublishedSites;
  readonly #reports = new Map<string, PreparedReport>();
  readonly #previews = new Map<string, OpenPreview>();
  readonly #renewing: NodeJS.Timeout;
  #prunedMs: number;
  /** What it removes by itself just now. */
  #tidying: Promise<void> = Promise.resolve();

  /** Jobs whose process was killed are told as interrupted, now and later. @throws PublishError as `openStore` does */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const isSource = import.meta.url.endsWith(".ts");
    const providers = new URL(`providers.${isSource ? "ts" : "js"}`, import.meta.url).href;
    return new Workbench({ owner: "local", providers, now: Date.now, ...options }, openStore(join(options.dir, storeFile)));
  }

  private constructor(options: Required<WorkbenchOptions>, store: Store) {
    const { dir, env, owner, now, providers } = options;
    const own = store.of(owner);
    this.drafts = own.drafts;
    this.sites = own.sites;
    this.jobs = new Jobs(own.jobs);
    this.files = new DraftFolders(join(dir, "drafts"), own.drafts);
    this.#options = options;
    this.#store = store;
    this.#own = own;
    this.#jobStore = own.jobs;
    const workers = new Workers({ dir, env, providers, now, onEnd: (key) => this.#forgetHeld(key) });
    const findProviders = async () => ((await import(providers)) as ProvidersModule).findProviders(env);
    const places = new Places({ env, findProviders, worker: () => workers.hosts(), now });
    this.#workers = workers;
    this.#places = places;
    this.#published = new PublishedSites({ own, jobs: this.jobs, places, workers, env, store: { store: join(dir, storeFile), owner } });
    this.#prunedMs = now() - pruneMs;
    store.endInterrupted();
    this.#renewing = setInterval(() => {
      own.jobs.renew();
      store.endInterrupted();
      workers.endIdle();
      // What cannot be removed now can be an hour later.
      if (now() - this.#prunedMs >= pruneMs) this.#tidying = this.tidy().catch(() => {});
    }, leaseMs / 4).unref();
  }

  /**
   * A new draft: an update of a site, with what was chosen and said of its last one, or of files and folders. A folder is published as it is,
   * and an update of its site where it was published; files are copied.
   * @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNSUPPORTED`, and what `DraftFolders.receive` throws
   */
  async createDraft(of: NewDraft = {}): Promise<Draft> {
    return createDraft(of, { own: this.#own, files: this.files, removeDraft: (id) => this.removeDraft(id) });
  }

  /** Where the site is to live. An update stays at its address. @throws PublishError `PROVIDER_NOT_INSTALLED`, `OPTION_INVALID` */
  async setPlace(id: string, place: Place): Promise<void> {
    const before = this.#placeBefore(this.#draft(id));
    const kept = before?.card === place.card ? before.address : null;
    if (kept !== null && place.address !== null && place.address !== kept)
      throw new PublishError("OPTION_INVALID", `The site is at ${kept} already, and an update stays there.`, "Keep the address.", {
        option: "address",
      });
    await this.#places.check(place);
    this.drafts.setPlace(id, { ...place, address: place.address ?? kept });
  }

  /** Where sites can live, and whose access keys are kept. Hosts are asked at once, for a few seconds. */
  places(): Promise<readonly PlaceCard[]> {
    return this.#places.list();
  }

  /** What an option of a place takes; null where the host does not say. @throws PublishError `OPTION_INVALID`, what the host throws */
  placeChoices(card: string, option: string, signal?: AbortSignal): Promise<readonly string[] | null> {
    return this.#places.choices(card, option, signal);
  }

  /** Keeps an access key as the command line does, once its host has said whose it is. @throws PublishError `CREDENTIALS_INVALID` … */
  keepKey(card: string, key: string, signal?: AbortSignal): Promise<PlaceCard> {
    return this.#places.keepKey(card, key, signal);
  }

  /** Forgets the access key that was kept. */
  forgetKey(card: string): Promise<PlaceCard> {
    return this.#places.forgetKey(card);
  }

  /** Prepares a draft as it is now; its report is then {@link Workbench.report}. */
  prepare(id: string): Job {
    const draft = this.#draft(id);
    return this.jobs.start({ kind: "prepare", draft: id, site: draft.site }, async (call) => {
      this.drafts.dropPrepared(id);
      this.#reports.delete(id);
      await this.files.open(id);
      const outcome = await this.#workers.draft(id).ask("prepare", this.#prepareOf(draft), call);
      const { files } = "error" in outcome ? outcome : outcome.report;
      this.drafts.setFindings(id, draft.revision, files);
      if ("error" in outcome) return { state: "failed", error: outcome.error };
      if (this.drafts.setPrepared(id, draft.revision, outcome.report.digest)) this.#reports.set(id, outcome.report);
      return { state: "done" };
    });
  }

  /**
   * Keeps what somebody decided about a finding, or takes it back with null. A column that is left out is chosen to be, so that the draft is
   * prepared again.
   * @throws PublishError `OPTION_INVALID` for a column of a SQLite file that is to be left out
   */
  decide(id: string, finding: FindingKey, decision: Decision["decision"] | null, by: string): void {
    const { choices } = this.#draft(id);
    const { database, table } = finding;
    if (database !== null && decision === "leave-out")
      throw new PublishError("OPTION_INVALID", `A column of ${database} cannot be left out: a SQLite file is published as it is.`, [], {
        option: "decision",
      });
    if (decision === null) this.drafts.undecide(id, finding);
    else this.drafts.decide(id, { ...finding, decision, by, atMs: Date.now() });
    if (database !== null) return;
    const column = chosenName(choices, table, finding.column);
    const wasLeftOut = choices.tables[table]?.columns?.[column]?.leaveOut === true;
    const leaveOut = decision === "leave-out";
    if (leaveOut !== wasLeftOut) this.drafts.setChoices(id, withColumn(choices, table, column, { leaveOut }));
  }

  /** What files and choices came to, with what was decided; undefined unless the draft is prepared. */
  report(id: string): PreparedReport | undefined {
    this.#workers.touch(id);
    const draft = this.drafts.get(id);
    const report = this.#reports.get(id);
    return draft?.prepared && report?.digest === draft.prepared ? withDecisions(report, draft.decisions) : undefined;
  }

  /** The rows of a prepared table. @throws PublishError as `ChildWorker.ask` does */
  async rows(id: string, of: { readonly database: string; readonly table: string; readonly limit?: number }) {
    this.#draft(id);
    return await this.#workers.draft(id).ask("rows", of);
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
      const preview = await this.#workers.draft(id).ask("preview", { frameAncestors, env }, call);
      this.#previews.set(id, preview);
      this.drafts.setPreviewed(id, preview.digest);
      return { state: "done" };
    });
  }

  /** The preview of what is prepared now, if it is open. */
  openPreview(id: string): OpenPreview | undefined {
    this.#workers.touch(id);
    const preview = this.#previews.get(id);
    return preview?.digest === this.drafts.get(id)?.prepared ? preview : undefined;
  }

  /** What would be done at the draft's place. The job's result is a `Plan`. @throws PublishError `OPTION_INVALID` without a place */
  plan(id: string): Job {
    const draft = placed(this.#draft(id));
    const { site, place } = draft;
    return this.jobs.start({ kind: "plan", draft: id, site }, async (call) => {
      const of = { place, before: this.#placeBefore(draft), env: this.#options.env };
      const result = await this.#workers.draft(id).ask("plan", of, call);
      return { state: "done", result };
    });
  }

  /** What the prepared draft changes of its site's last version. The job's result is a `Change`. @throws PublishError `NOT_PUBLISHED` */
  compare(id: string): Job {
    const { site } = this.#draft(id);
    const version = this.#lastVersion(site);
    if (version === undefined) throw new PublishError("NOT_PUBLISHED", "This is a new site: there is nothing to compare it with.", []);
    if (!isKept(this.versionDir(version.id))) throw notHere();
    return this.jobs.start({ kind: "compare", draft: id, site }, async (call) => {
      const result = await this.#workers.draft(id).ask("compare", { versionDir: this.versionDir(version.id) }, call);
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
      const imageDir = this.#imageDir(call.job);
      for (const folder of [memoryFolder, imageDir]) await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const of = { place: draft.place, before: this.#placeBefore(draft), env: this.#options.env, keep, imageDir };
        keepOutcome(this.#own, keep, { made: await this.#workers.draft(id).ask("publish", of, call) });
      } finally {
        if (this.#store.isOpen) await removeUnwanted(this.#store, this.#options.dir);
      }
      return { state: "done" };
    });
  }

  /** How a site is now, as its host says; asked of the place of its last version. */
  status(site: string, signal?: AbortSignal): Promise<HostAnswer> {
    return this.#published.status(site, signal);
  }

  /** The latest lines of a site's log. @throws PublishError `COMMAND_INVALID` where the host shows none, `NOT_PUBLISHED`, what the host throws */
  logs(site: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.#published.logs(site, signal);
  }

  /** Goes back to a release of the site's status. The job's result is a `Release`. @throws PublishError `JOB_RUNNING`, `NOT_PUBLISHED` */
  rollback(site: string, release: string): Job {
    return this.#published.rollback(site, release);
  }

  /** Removes a site from its host; `title` is what the user typed. @throws PublishError `OPTION_INVALID`, `JOB_RUNNING`, `NOT_PUBLISHED` */
  remove(site: string, title: string): Job {
    return this.#published.remove(site, title);
  }

  /** Forgets a site here, with its drafts; it stays at its host. @throws PublishError `JOB_RUNNING` */
  async forget(id: string): Promise<void> {
    const { id: site } = findSite(this.sites, id);
    const isChanging = this.#jobStore.list({ site }).some(({ state }) => state === "running");
    if (isChanging) throw jobRunning("This site is being changed.");
    for (const draft of this.drafts.list()) if (draft.site === site) await this.removeDraft(draft.id);
    this.sites.forget(site);
    await removeUnwanted(this.#store, this.#options.dir);
  }

  /** The image file that was made as a version for the user's own server; undefined where none was, or a newer one is. */
  imageFile(id: string): { readonly path: string; readonly name: string } | undefined {
    const version = this.sites.version(id);
    const site = version && this.sites.get(version.site);
    const path = site && imageFile(this.#imageDir(id), site.name);
    return path !== undefined && existsSync(path) ? { path, name: basename(path) } : undefined;
  }

  /** The newest job of each kind, of a draft or a site. */
  newestJobs(of: { readonly draft: string } | { readonly site: string }): Job[] {
    const jobs = this.#jobStore.list(of);
    return jobs.filter(({ kind }, at) => jobs.findIndex((other) => other.kind === kind) === at);
  }

  /** Whether the last version of a site is on this machine, to be compared with and downloaded. */
  isKept(site: string): boolean {
    const version = this.#lastVersion(site);
    return version !== undefined && isKept(this.versionDir(version.id));
  }

  /** The draft that is an update of a site, and not live; the last changed of several. */
  draftOf(site: string): string | null {
    return openUpdates(this.drafts, site)[0]?.id ?? null;
  }

  /** Ends processes that nobody asked anything for a while, and removes what nobody needs any more. It is called now and then by itself. */
  async tidy(): Promise<void> {
    const { now, dir } = this.#options;
    this.#prunedMs = now();
    this.#workers.endIdle();
    await prune(this.#own, now(), (draft) => this.removeDraft(draft));
    await removeUnwanted(this.#store, dir);
  }

  /** Removes a draft with its files; a site that it became stays where it is. @throws PublishError `JOB_RUNNING` while it is published */
  async removeDraft(id: string): Promise<void> {
    if (this.#draft(id).state === "publishing") throw jobRunning("This draft is being published.");
    this.#workers.end(id);
    this.drafts.remove(id);
    await this.files.removeAll(id);
  }

  /**
   * Everything of a site in one zip: the files that its last version was made of, if they were handed over, and what `exportSite` has of it.
   * @throws PublishError `NOT_PUBLISHED` when the version is not on this machine
   */
  async export(id: string): Promise<AsyncIterable<Uint8Array>> {
    const site = this.sites.get(id);
    const version = this.#lastVersion(id);
    if (site === undefined || version === undefined || !isKept(this.versionDir(version.id))) throw notHere();
    const draft = this.drafts.get(this.#jobStore.get(version.id)?.draft ?? "");
    const files = draft === undefined ? [] : this.files.inputs(draft.id);
    const { choices = null, about = null } = draft ?? {};
    return exportSite({ site, version, files, settings: { choices, about }, versionDir: this.versionDir(version.id) });
  }

  /** Folder of what was published as a version. */
  versionDir(version: string): string {
    return join(this.#options.dir, "versions", version);
  }

  /** Ends everything; what changes something at a host goes on by itself. Returns how much does. */
  async close(): Promise<number> {
    clearInterval(this.#renewing);
    const goingOn = this.#workers.changing();
    await this.jobs.close((id) => {
      const job = this.#jobStore.get(id);
      return goingOn.has(job?.draft ?? job?.site ?? "");
    });
    this.#workers.close();
    await this.#tidying;
    this.#store.close();
    return goingOn.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #draft(id: string): Draft {
    const draft = this.drafts.get(id);
    if (draft !== undefined) return draft;
    throw new PublishError("INPUT_NOT_FOUND", "This draft is not there any more.", "Begin a new one.");
  }

  /** What a site was last published as; undefined where there is no site, or no version of it. */
  #lastVersion(site: string | null): Version | undefined {
    return site === null ? undefined : this.sites.get(site)?.versions[0];
  }

  /** Where the site that a draft updates lives. */
  #placeBefore({ site }: Draft): Place | null {
    const known = site === null ? undefined : this.sites.get(site);
    return known?.removedMs === null ? (known.versions[0]?.place ?? null) : null;
  }

  /** What a process held of a draft is gone with it. */
  #forgetHeld(draft: string): void {
    this.#reports.delete(draft);
    this.#previews.delete(draft);
    if (this.#store.isOpen) this.drafts.dropPrepared(draft);
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

  #keep({ id: draft, decisions }: Draft, memoryFolder: string, job: string, digest: string): KeepPublish {
    const { dir, owner } = this.#options;
    return {
      kind: "publish",
      store: join(dir, storeFile),
      owner,
      job,
      draft,
      decisions,
      digest,
      versionDir: this.versionDir(job),
      memoryFolder,
    };
  }

  /** Folder of the image that a version is for the user's own server. */
  #imageDir(version: string): string {
    return join(this.#options.dir, "images", version);
  }
}
