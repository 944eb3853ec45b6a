/**
 * One thing that makes an error or a warning go away, as plain data: the command line makes a sentence of it, a page a button.
 * `note` ends the sentence: `if that is the delimiter`.
 */
export type Remedy = (
  | Advice
  /** Give an option, by its key (`separator`); without a value where only the user knows one. */
  | { readonly action: "set-option"; readonly option: string; readonly value?: string | true }
  | { readonly action: "remove-option"; readonly option: string }
  | { readonly action: "log-in"; readonly provider: string }
  /** Put a corrected file in the place of this one. */
  | { readonly action: "replace-file"; readonly file: string; readonly line?: number }
  | { readonly action: "leave-out"; readonly file: string }
  /** Do the same again; at once, unless it says after how long. */
  | { readonly action: "retry"; readonly afterMs?: number }
  | { readonly action: "open-page"; readonly url: string }
  /** Start a program that is not ours. */
  | { readonly action: "run"; readonly run: readonly [program: string, ...args: string[]] }
  /** One of our own verbs, with a provider where it takes one; options by their keys. */
  | {
      readonly action: "use";
      readonly verb: string;
      readonly provider?: string;
      readonly options?: Readonly<Record<string, string>>;
    }
) & { readonly note?: string };

/** Plain words, for what no front end can do for the user. A whole sentence. */
export interface Advice {
  readonly action: "advise";
  readonly text: string;
}

/** A list of remedies as it is written down: a sentence is an {@link Advice}. */
export type Remedies = string | Remedy | readonly (string | Remedy)[];

/** The remedies in their order; an empty sentence is none. */
export function toRemedies(remedies: Remedies): readonly Remedy[] {
  const list = Array.isArray(remedies) ? (remedies as readonly (string | Remedy)[]) : [remedies as string | Remedy];
  return list.filter((one) => one !== "").map((one) => (typeof one === "string" ? { action: "advise", text: one } : one));
}

const noted = (note: string | undefined): { note?: string } => (note === undefined ? {} : { note });

/** Give an option; `value` is undefined where only the user knows one. */
export function setOption(option: string, value?: string | true, note?: string): Remedy {
  return { action: "set-option", option, ...(value === undefined ? {} : { value }), ...noted(note) };
}

export function removeOption(option: string, note?: string): Remedy {
  return { action: "remove-option", option, ...noted(note) };
}

export function runProgram(run: readonly [string, ...string[]], note?: string): Remedy {
  return { action: "run", run, ...noted(note) };
}

/** A page where the user makes a token, settles a payment or reads more. */
export function openPage(url: string, note?: string): Remedy {
  return { action: "open-page", url, ...noted(note) };
}

/** One of our own verbs: `useVerb("logs", "heroku", { app: "pets" })`. */
export function useVerb(verb: string, provider?: string, options?: Readonly<Record<string, string>>, note?: string): Remedy {
  return {
    action: "use",
    verb,
    ...(provider === undefined ? {} : { provider }),
    ...(options === undefined ? {} : { options }),
    ...noted(note),
  };
}
