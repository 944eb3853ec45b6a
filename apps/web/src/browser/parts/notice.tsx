import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Kind = "plain" | "good" | "warning" | "bad";

const icons: Readonly<Record<Kind, IconName>> = { plain: "info", good: "check", warning: "warning", bad: "cross" };

interface NoticeProps {
  readonly kind?: Kind;
  readonly title?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** Something to know, in a box of its own. Its kind is told by its sign and words, not by its colour alone. */
export function Notice({ kind = "plain", title, children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`}>
      <Icon name={icons[kind]} />
      <div>
        {title !== undefined && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
