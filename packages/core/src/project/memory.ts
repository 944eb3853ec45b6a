/** What is remembered of one site at one provider. */
export interface Remembered {
  /** What it is called there. */
  readonly name: string;
  /** Values of the options that say `remember`, by their keys: at which server it is. */
  readonly options?: Readonly<Record<string, string | number>>;
}

/** What is remembered of a project between runs: what its sites are called at which provider, and where they are there. It holds no secret. */
export interface Memory {
  /** Where it is kept, as messages name it. */
  readonly place: string;
  /** What is remembered of a site at a provider. @throws PublishError `STATE_INVALID` */
  recall(site: string, provider: string): Promise<Remembered | undefined>;
  /** Other sites that this project published at a provider; it may have had another name then. */
  others(site: string, provider: string): Promise<readonly string[]>;
  /** Keeps what is given in place of what was kept, or forgets the site (null). @throws the system's error when it cannot be kept */
  remember(site: string, provider: string, entry: Remembered | null): Promise<void>;
  /** What a site's plugins resolved to, as `packages/plugins` wrote it: plain JSON; undefined if it has none. @throws PublishError `STATE_INVALID` */
  recallPlugins(site: string): Promise<unknown>;
  /** Keeps that, in place of what was kept. @throws the system's error when it cannot be kept */
  rememberPlugins(site: string, lock: unknown): Promise<void>;
}
