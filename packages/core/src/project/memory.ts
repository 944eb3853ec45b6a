/** What is remembered of a project between runs: what its sites are called at which provider. It holds no secret. */
export interface Memory {
  /** Where it is kept, as messages name it. */
  readonly place: string;
  /** The name of a site at a provider. @throws PublishError `STATE_INVALID` */
  recall(site: string, provider: string): Promise<string | undefined>;
  /** Other sites that this project published at a provider; it may have had another name then. */
  others(site: string, provider: string): Promise<readonly string[]>;
  /** Keeps a name, or forgets it (null). @throws the system's error when it cannot be kept */
  remember(site: string, provider: string, name: string | null): Promise<void>;
}
