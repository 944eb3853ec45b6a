/** What npm, pnpm and vitest add for the programs they run. */
const added = /^(npm_|pnpm_|vitest|(NODE_ENV|MODE|TEST|DEV|PROD|SSR|BASE_URL|INIT_CWD)$)/i;

/** The environment as it is in a terminal of this machine. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}
