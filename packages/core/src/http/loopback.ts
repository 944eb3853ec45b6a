/** Whether a URL's host is this machine: `localhost`, `127.0.0.1` or `[::1]`. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}
