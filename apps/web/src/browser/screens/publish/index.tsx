import type { Place, PlaceCard } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { useKept } from "../../draft/use-kept.ts";
import { useSite } from "../../draft/use-site.ts";
import type { FieldError } from "../../parts/error-summary.tsx";
import { Link } from "../../parts/link.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import type { Mending } from "../../parts/remedies.tsx";
import { Shell } from "../../parts/shell.tsx";
import { go, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { addressId, formOf, optionId, readForm, type PlaceForm } from "./fields.ts";
import { PlaceCards } from "./place-cards.tsx";
import { PlacePanel } from "./place-panel.tsx";
import { placeName } from "./place-words.ts";
import { PlanPanel } from "./plan-panel.tsx";
import { usePlaces } from "./use-places.ts";
import { usePlan } from "./use-plan.ts";

const says = words.publish;

/** Asks where the site is to live, tells what will happen, and makes it happen. */
export function PublishScreen({ draft }: { readonly draft: OpenDraft }) {
  const { view, id } = draft;
  const places = usePlaces();
  const site = useSite(view.draft.site);
  const [form, setForm] = useState<PlaceForm | null>(view.draft.place && formOf(view.draft.place));
  const kept = useKept<Place | null>(view.draft.place, async (body) => {
    if (body !== null) await call("PUT /api/drafts/:draft/place", { params: { draft: id }, body });
    await draft.reload();
  });
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const card = places.cards?.find((one) => one.id === form?.card) ?? null;
  const read = card && form && readForm(card, form);
  const hindrance = view.draft.state === "empty" ? says.plan.noFiles : hindranceOf(card, read?.errors ?? []);
  const isReady = read !== null && hindrance === null && kept.isKept && kept.problem === null;
  const plan = usePlan(draft, isReady ? read.place : null);
  const errors = [...(read?.errors ?? []), ...errorsOf(plan.problem ?? kept.problem, card)];
  const lives = site.view?.site.versions[0];
  const isUndecided = view.report?.findings.some(({ decision }) => decision === null) === true;

  const change = (next: PlaceForm, of: PlaceCard): void => {
    setForm(next);
    setRefusal(null);
    const { place, errors: wrong } = readForm(of, next);
    if (wrong.length === 0) kept.change(place);
  };
  const choose = (of: PlaceCard): void => {
    const before = lives?.place?.card === of.id ? formOf(lives.place) : { card: of.id, texts: {}, address: "" };
    change(before, of);
  };
  const onCard = (of: PlaceCard): void => {
    places.put(of);
    plan.retry();
  };
  const forget = async (): Promise<void> => {
    if (card) onCard(await call("DELETE /api/places/:place/key", { params: { place: card.id } }));
    document.getElementById("key")?.focus();
  };
  const publish = async (): Promise<void> => {
    if (plan.plan === null) return;
    try {
      const job = await call("POST /api/drafts/:draft/publish", { params: { draft: id }, body: { digest: plan.plan.digest } });
      draft.follow(job).catch(() => {});
      await draft.reload();
      go(stepPath(id, "live"));
    } catch (error) {
      setRefusal(problemOf(error));
      await draft.reload();
    }
  };
  const isMoving = card !== null && lives?.place !== undefined && lives.place?.card !== card.id && site.view?.site.removedMs === null;
  return (
    <Shell
      heading={says.title}
      name={words.app.steps.publish}
      step="publish"
      view={view}
      site={view.report?.title ?? view.siteTitle}
      actions={
        <Actions draft={id} card={card} isBlocked={plan.plan === null || isUndecided || draft.running !== null} onPublish={publish} />
      }
    >
      <p class="lead">{says.intro}</p>
      {places.problem && <ProblemBox problem={places.problem} mending={{ retry: () => void places.reload() }} />}
      {places.cards === null && places.problem === null && <p role="status">{says.places.loading}</p>}
      {places.cards && <PlaceCards cards={places.cards} chosen={form?.card ?? null} onChoose={choose} />}
      {card && form && (
        <PlacePanel
          key={card.id}
          card={card}
          form={form}
          errors={errors}
          kept={lives?.place?.card === card.id && card.address !== null ? lives.url : null}
          onCard={onCard}
          onChange={(next) => change(next, card)}
        />
      )}
      {isMoving && (
        <Notice kind="warning">
          <p>{says.plan.moves(placeName(lives?.place?.card, places.cards ?? [], lives?.provider), placeName(card.id, [card]))}</p>
        </Notice>
      )}
      <PlanPanel draft={draft} card={card} hindrance={hindrance} state={plan} mending={mendingOf(card, forget)} />
      {isUndecided && (
        <Notice kind="warning">
          <p>{says.undecided}</p>
          <p>
            <Link to={stepPath(id, "check")}>{says.toCheck}</Link>
          </p>
        </Notice>
      )}
      {refusal && <ProblemBox problem={refusal} mending={plan.plan === null ? {} : { retry: () => void publish() }} />}
    </Shell>
  );
}

interface ActionsProps {
  readonly draft: string;
  readonly card: PlaceCard | null;
  readonly isBlocked: boolean;
  readonly onPublish: () => Promise<void>;
}

function Actions({ draft, card, isBlocked, onPublish }: ActionsProps) {
  return (
    <>
      <Link to={stepPath(draft, "about")} class="button">
        {words.app.back}
      </Link>
      <button type="button" class="button main" disabled={isBlocked} onClick={() => void onPublish()}>
        {says.button[card?.id ?? ""] ?? says.button["public"]}
      </button>
    </>
  );
}

/** Why a place cannot be asked what would happen; null: it can. */
function hindranceOf(card: PlaceCard | null, errors: readonly FieldError[]): string | null {
  if (card === null) return says.plan.choosePlace;
  if (card.login !== null && card.login.account === null) return says.plan.connectFirst(card.title);
  return errors.length > 0 ? says.plan.fixFirst : null;
}

/** What a problem is about, where that is a field of the form. */
function errorsOf(problem: Problem | null, card: PlaceCard | null): readonly FieldError[] {
  if (problem === null || card === null) return [];
  const option = optionOf(problem);
  if (problem.code === "NAME_TAKEN" && card.address !== null)
    return [{ field: addressId, text: says.plan.taken(String(problem.facts["name"] ?? "")) }];
  return option !== null && card.options.some(({ name }) => name === option) ? [{ field: optionId(option), text: problem.message }] : [];
}

function optionOf({ facts, remedies }: Problem): string | null {
  if (typeof facts["option"] === "string") return facts["option"];
  return remedies.find((remedy) => remedy.action === "set-option")?.option ?? null;
}

/** Remedies that this screen can do: go to a field, or ask for the access key again. */
function mendingOf(card: PlaceCard | null, forget: () => Promise<void>): Mending {
  return {
    setOption: (option) => {
      const field = card?.options.find(({ name }) => name === option);
      const id = field ? optionId(option) : addressId;
      if (field === undefined && card?.address === null) return null;
      return { label: says.plan.change(field?.label ?? says.address.label), run: () => document.getElementById(id)?.focus() };
    },
    logIn: () => void forget(),
  };
}
