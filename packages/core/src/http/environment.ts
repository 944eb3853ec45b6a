/** The user's environment variables: handed in, never read from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;
