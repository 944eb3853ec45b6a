import type { ComponentChildren } from "preact";

/** What may be wider than the screen: it scrolls for itself, by keyboard as well. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="scroll-box" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
