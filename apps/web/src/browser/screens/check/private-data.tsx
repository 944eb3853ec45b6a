import type { Decision } from "@datasette-publish/workbench/protocol";
import { Icon } from "../../parts/icon.tsx";
import { Link } from "../../parts/link.tsx";
import { stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { keyOf, undecided, type PrivateItem } from "./private-items.ts";

type Decide = (item: PrivateItem, decision: Decision["decision"] | null) => void;

interface PrivateDataProps {
  readonly draft: string;
  readonly items: readonly PrivateItem[];
  readonly decide: Decide;
}

/** Columns that look like private data: the one thing that has to be decided before a site is published. */
export function PrivateData({ draft, items, decide }: PrivateDataProps) {
  if (items.length === 0) return null;
  const open = undecided(items);
  return (
    <section class={open.length > 0 ? "private card private-open" : "private card"} aria-labelledby="private">
      <h2 id="private">
        <Icon name={open.length > 0 ? "warning" : "check"} />{" "}
        {open.length > 0 ? words.privateData.title(open.length) : words.privateData.titleDecided}
      </h2>
      <p class="hint">{words.privateData.lead}</p>
      <ul>
        {items.map((item) => (
          <PrivateLine key={keyOf(item)} draft={draft} item={item} decide={decide} />
        ))}
      </ul>
    </section>
  );
}

function PrivateLine({ draft, item, decide }: Omit<PrivateDataProps, "items"> & { readonly item: PrivateItem }) {
  const { database, table, column, kind, finding, decision } = item;
  const texts = words.privateData;
  const name = `${table} › ${column}`;
  return (
    <li>
      <div>
        <p>
          <strong>
            <bdi>{table}</bdi> › <bdi>{column}</bdi>
          </strong>{" "}
          {texts.what(kind, finding?.confidence ?? "high")}
        </p>
        {finding !== null && <p class="hint">{texts.where(finding.count, finding.counted, finding.example, finding.line)}</p>}
        {finding !== null && database !== null && decision === null && <p class="hint">{texts.asItIs(finding.file)}</p>}
      </div>
      {decision === null ? (
        <p class="buttons">
          {database === null ? (
            <button
              type="button"
              class="button small"
              aria-label={texts.label(texts.leaveOut, name)}
              onClick={() => decide(item, "leave-out")}
            >
              {texts.leaveOut}
            </button>
          ) : (
            <Link to={stepPath(draft, "files")} class="button small">
              {texts.toFiles}
            </Link>
          )}
          <button type="button" class="button small" aria-label={texts.label(texts.public, name)} onClick={() => decide(item, "public")}>
            {texts.public}
          </button>
        </p>
      ) : (
        <p class="decided" role="status">
          <Icon name="check" /> {decision === "public" ? texts.decidedPublic : texts.decidedOut}{" "}
          <button type="button" class="text-button" aria-label={texts.label(texts.undo, name)} onClick={() => decide(item, null)}>
            {texts.undo}
          </button>
        </p>
      )}
    </li>
  );
}
