const item = "key";

/**
 * Takes the key out of the address, so that it is neither seen, nor kept in the history, nor sent to the site of a link. It stays in this
 * tab. Returns whether there was one.
 */
export function takeKey(): boolean {
  const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1];
  if (key === undefined) return false;
  sessionStorage.setItem(item, key);
  history.replaceState(history.state, "", location.pathname);
  return true;
}

/** The key that the server wants, as a header. */
export function keyHeaders(): Readonly<Record<string, string>> {
  const key = sessionStorage.getItem(item);
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
