/**
 * Keeps the focus near its place when what has it goes, as a button does that did its work: it goes to what can have it in the closest of
 * the elements around it that is still there. Otherwise somebody with a keyboard would begin at the top again. Returns what ends it.
 */
export function keepFocus(root: HTMLElement): () => void {
  let around: readonly HTMLElement[] = [];
  const onFocus = ({ target }: FocusEvent): void => {
    around = target instanceof HTMLElement ? ancestors(target, root) : [];
  };
  const observer = new MutationObserver(() => {
    if (around[0] === undefined || around[0].isConnected || document.activeElement !== document.body) return;
    const near = around.find((element) => element.isConnected) ?? root;
    (near.querySelector<HTMLElement>("button, a[href], input, select") ?? root.querySelector<HTMLElement>("h1"))?.focus();
  });
  root.addEventListener("focusin", onFocus);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener("focusin", onFocus);
    observer.disconnect();
  };
}

/** An element and those around it, up to `root`, the closest first. */
function ancestors(element: HTMLElement, root: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one: HTMLElement | null = element; one !== null && one !== root; one = one.parentElement) found.push(one);
  return found;
}
