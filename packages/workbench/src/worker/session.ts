import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { sep } from "node:path";
import {
  openTarget,
  plan,
  publish,
  PublishError,
  setOption,
  withRecipe,
  type Context,
  type OptionValues,
  type Prepared,
  type Provider,
  type PublishEvent,
  type Target,
  type Warning,
} from "@datasette-publish/core";
import type { Preview } from "@datasette-publish/preview";
import { compare } from "../compare/compare.ts";
import type { Change, OpenPreview, Plan, PreparedReport, Rows } from "../protocol.ts";
import { findCard, optionsOf } from "../places/card.ts";
import type { ProvidersModule } from "../providers.ts";
import { toSiteOptions } from "../site/choices.ts";
import { notLookedAt } from "../drafts/readiness.ts";
import { keepVersion, versionDatabase } from "../export/version-folder.ts";
import { firstRows } from "../site/first-rows.ts";
import { noEngine, openChecked, warmUp } from "../site/preview-site.ts";
import { reportPrepared } from "../site/report.ts";
import { siteAssembler } from "../site/site-assembler.ts";
import { openSitePlugins } from "../site/site-plugins.ts";
import {
  collectWarnings,
  type PlaceOf,
  type PrepareOf,
  type PrepareOutcome,
  type Published,
  type PublishOf,
  type Verbs,
} from "./messages.ts";
import { telling } from "./telling.ts";
import { convertDraft, projectOf, toPlain, type Converted } from "./prepare-draft.ts";

/** What is prepared. `prepared` is what is looked at and published; `converted` is the data that it is of. */
interface Held {
  /** Of what the data is, without texts. */
  readonly key: string;
  readonly converted: Converted;
  readonly prepared: Prepared;
}

/** One draft: holds what was prepared of it, shows that, and publishes that and nothing else. One verb at a time. */
export class Session implements AsyncDisposable {
  readonly #providers: ProvidersModule;
  #held: Held | undefined;
  #preview: { readonly preview: Preview; readonly digest: string } | undefined;

  constructor(providers: ProvidersModule) {
    this.#providers = providers;
  }

  /** Converts when files or choices are others than before, else describes the same data anew. */
  async prepare(of: PrepareOf, ctx: Context): Promise<PrepareOutcome> {
    const key = JSON.stringify([of.inputs, of.choices]);
    const held = this.#held?.key === key ? await describeHeld(this.#held, of, ctx) : undefined;
    if (held !== undefined) return { report: reportOf((this.#held = held)) };
    await this.#drop();
    const converted = await convertDraft(of, ctx);
    if ("error" in converted) return toPlain(converted);
    return { report: reportOf((this.#held = { key, converted, prepared: converted.prepared })) };
  }

  async rows({ database, ...of }: Verbs["rows"]["of"]): Promise<Rows> {
    const found = this.#required().site.dataset.databases.find(({ name }) => name === database);
    if (found === undefined) throw new PublishError("INPUT_NOT_FOUND", `There is no database ${database}.`, [], { database });
    using db = new DatabaseSync(found.path, { readOnly: true });
    return firstRows(db, of);
  }

  /** Serves what is prepared, below a path that nobody can guess, until something else is shown. */
  async preview({ frameAncestors, env }: Verbs["preview"]["of"], ctx: Context): Promise<OpenPreview> {
    const prepared = this.#required();
    const { site, digest, project } = prepared;
    if (this.#preview?.digest === digest) return { url: this.#preview.preview.url, digest };
    await this.#closePreview();
    const basePath = `/${randomBytes(16).toString("hex")}/`;
    const { line } = site.serve;
    const warm = await warmUp({ frameAncestors, basePath, env, line }, ctx);
    try {
      const plugins = await openSitePlugins({ project, line, keeps: false, env }, ctx);
      const preview = await openChecked(warm, prepared, { plugins, env }, ctx);
      if (preview === null) throw noEngine();
      this.#preview = { preview, digest };
      return { url: preview.url, digest };
    } catch (error) {
      await warm.close();
      throw error;
    }
  }

  /** What the prepared site changes of a version, whose databases lie in a folder. */
  async compare({ versionDir }: Verbs["compare"]["of"], ctx: Context): Promise<Change> {
    const { databases } = this.#required().site.dataset;
    const tables = databases
      .map(({ fileName, path }) => ({ path, before: versionDatabase(versionDir, fileName) }))
      .filter(({ before }) => existsSync(before))
      .flatMap(({ before, path }) => compare(before, path, ctx).tables);
    return { tables };
  }

  async plan(of: PlaceOf, ctx: Context): Promise<Plan> {
    const prepared = this.#required();
    const warnings: Warning[] = [];
    const without = pathRemover(tmpdir());
    const report = collectWarnings(warnings, (event) => ctx.report(without(event)));
    const { target } = await this.#target(prepared, of, tmpdir(), { ...ctx, report });
    const { plan: actions = [] } = await plan(target, withRecipe(prepared, target.recipe));
    return without({ digest: prepared.digest, actions, warnings });
  }

  /**
   * Publishes what was looked at. `undoable` is called once the host is going to be changed.
   * @throws PublishError `INPUT_CHANGED` when something else is prepared now, and what `openTarget` and `publish` throw
   */
  async publish(of: PublishOf, { report, ...rest }: Context, undoable: () => void): Promise<Published> {
    const prepared = this.#required();
    const without = pathRemover(of.imageDir);
    const ctx = { ...rest, report: (event: PublishEvent) => report(without(event)) };
    if (prepared.digest !== of.keep.digest) throw notLookedAt();
    const { target, line } = await this.#target(prepared, of, of.imageDir, ctx, undoable);
    const plugins = await openSitePlugins({ project: prepared.project, line, keeps: true, env: of.env }, ctx);
    const result = await publish(target, withRecipe(prepared, target.recipe), await siteAssembler(plugins, of.env));
    await keepVersion(prepared.site, of.keep.versionDir);
    const { name, id: project } = prepared.project;
    const address = target.provider.names === undefined ? null : target.host.name;
    return { result: without(result), place: { ...of.place, address }, name, project, title: reportOf(this.#held!).title };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drop();
  }

  #required(): Prepared {
    if (this.#held !== undefined) return this.#held.prepared;
    throw new PublishError("INPUT_CHANGED", "Nothing is prepared, or it was changed since.", {
      action: "retry",
      note: "after it is prepared",
    });
  }

  async #target(prepared: Prepared, { place, before, env }: PlaceOf, folder: string, ctx: Context, undoable?: () => void) {
    const card = findCard(await this.#providers.findProviders(env), place.card);
    const provider = undoable === undefined ? card.provider : telling(card.provider, "rollout", undoable);
    const { project } = prepared;
    const known = await project.memory.recall(project.name, provider.name);
    const isOurs = before?.card === place.card && before.address === place.address;
    const wish = known?.name === place.address ? null : place.address;
    const options = withAddress(optionsOf(card, place, folder, project.name), wish, provider);
    const target = await openTarget(provider, { project, options, env }, ctx);
    if (wish !== null && !isOurs) await requireFree(target);
    return { target, line: prepared.site.serve.line };
  }

  async #closePreview(): Promise<void> {
    await this.#preview?.preview.close();
    this.#preview = undefined;
  }

  async #drop(): Promise<void> {
    await this.#closePreview();
    await this.#held?.prepared.close();
    this.#held = undefined;
  }
}

/** The data that is held with other texts; undefined where a file was written since. */
async function describeHeld(held: Held, of: PrepareOf, ctx: Context): Promise<Held | undefined> {
  try {
    await held.prepared.requireUnchanged();
  } catch {
    return undefined;
  }
  return { ...held, prepared: await held.prepared.describe(toSiteOptions(of.about), ctx, projectOf(of)) };
}

function reportOf({ prepared, converted }: Held): PreparedReport {
  const report = reportPrepared(prepared, converted);
  return { ...report, files: [...report.files, ...converted.aside] };
}

/** The wish for an address goes where the host takes one. */
function withAddress(options: OptionValues, address: string | null, { names }: Provider): OptionValues {
  if (address === null || names === undefined) return options;
  return { ...options, [names.option]: address };
}

/** Leaves out where a folder of ours is: who reads it knows its files alone. */
function pathRemover(folder: string): <T>(value: T) => T {
  const shown = JSON.stringify(folder + sep).slice(1, -1);
  return (value) => JSON.parse(JSON.stringify(value).replaceAll(shown, "")) as typeof value;
}

/** A wish for an address is no consent to replace what is there. @throws PublishError `NAME_TAKEN` */
async function requireFree({ provider, host }: Target): Promise<void> {
  if (((await provider.status?.(host)) ?? null) === null) return;
  const { name } = host;
  const remedy = setOption("address", undefined, "that is free");
  throw new PublishError("NAME_TAKEN", `Another site of yours is at ${name} already.`, remedy, { provider: provider.name, name });
}
