import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { DraftView } from "../../routes.ts";
import { stepPath, steps, type Step } from "../router.ts";
import { words } from "../words/en.ts";
import { Icon } from "./icon.tsx";
import { keepFocus } from "./kept-focus.ts";
import { Link } from "./link.tsx";

interface ShellProps {
  /** The question that the screen asks. */
  readonly heading: ComponentChildren;
  /** What the window is called: `Check`. */
  readonly name: string;
  /** Title of the site, for the window. */
  readonly site?: string | null;
  /** Set on the way from files to a site. */
  readonly step?: Step;
  readonly view?: DraftView | null;
  /** Who can see what is on the screen; unset: nobody but its user. */
  readonly audience?: Audience;
  /** Buttons at the end; the main one last. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** `publicAt`: everybody, at this address. `told`: others, as this sentence says. `update`: a public site, of which the changes are not. */
export type Audience = { readonly publicAt: string } | { readonly told: string } | "update" | "only-you";

/** What every screen has: the tool's name, the steps, who can see it, its heading, which has the focus when the screen comes, and buttons. */
export function Shell({ heading, name, site = null, step, view = null, audience, actions, children }: ShellProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
  }, [name]);
  const main = useRef<HTMLElement>(null);
  useEffect(() => (main.current === null ? undefined : keepFocus(main.current)), []);
  useEffect(() => {
    document.title = words.app.titleOf(name, site);
  }, [name, site]);
  return (
    <>
      <header class="top">
        <a class="skip" href="#main">
          {words.app.skip}
        </a>
        <Link to="/" class="brand">
          {words.app.name}
        </Link>
        <AudienceBanner audience={audience ?? (view?.siteTitle ? "update" : "only-you")} />
      </header>
      {step !== undefined && <StepList step={step} view={view} />}
      <main ref={main} id="main" class={`screen screen-${step ?? "plain"}`}>
        {view?.siteTitle && <p class="above">{words.app.update(view.siteTitle)}</p>}
        <h1 tabIndex={-1} ref={title}>
          {heading}
        </h1>
        {children}
        {actions !== undefined && <div class="actions">{actions}</div>}
      </main>
    </>
  );
}

function AudienceBanner({ audience }: { readonly audience: Audience }) {
  if (typeof audience === "object")
    return (
      <p class="audience audience-public">
        <Icon name="globe" />
        <span>{"told" in audience ? audience.told : words.app.publicAt(audience.publicAt)}</span>
      </p>
    );
  return (
    <p class="audience">
      <Icon name="lock" />
      <span>{audience === "update" ? words.app.notYet : words.app.onlyYou}</span>
    </p>
  );
}

/** The steps; those that can be gone to are links. */
function StepList({ step, view }: { readonly step: Step; readonly view: DraftView | null }) {
  const last = reachable(view);
  const at = steps.indexOf(step);
  return (
    <nav class="steps" aria-label={words.app.stepsLabel}>
      <ol>
        {steps.map((one, index) => (
          <li key={one} class={index < at ? "step-before" : index === at ? "step-current" : "step-after"}>
            {view !== null && index !== at && index <= last ? (
              <Link to={stepPath(view.draft.id, one)}>{words.app.steps[one]}</Link>
            ) : (
              <span {...(index === at && { "aria-current": "step" as const })}>{words.app.steps[one]}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The last step to which a draft can go now. */
function reachable(view: DraftView | null): number {
  if (view === null || view.draft.state === "empty") return 0;
  if (view.draft.state === "publishing" || view.draft.state === "live") return 4;
  return view.draft.prepared === null ? 1 : 3;
}
