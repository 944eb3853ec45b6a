import type { ComponentChildren } from "preact";
import { go } from "../router.ts";

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly children: ComponentChildren;
  readonly current?: boolean;
}

/** A link to another screen. Opened in a new tab it works like any other. */
export function Link({ to, current = false, children, ...rest }: LinkProps) {
  const onClick = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} onClick={onClick} {...(current && { "aria-current": "step" as const })} {...rest}>
      {children}
    </a>
  );
}
