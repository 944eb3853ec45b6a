import type { PlaceCard, PlaceLogin } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import { Field } from "../../parts/field.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { words } from "../../words/en.ts";
import { withPlainWords } from "./place-words.ts";

const says = words.publish.key;

interface KeyFormProps {
  readonly card: PlaceCard;
  readonly login: PlaceLogin;
  readonly onChange: (card: PlaceCard) => void;
}

/** Whose access key is kept for a place, or how to make one and where to paste it. */
export function KeyForm(props: KeyFormProps) {
  return props.login.account === null ? <NewKey {...props} /> : <KeptKey {...props} account={props.login.account} />;
}

function NewKey({ card, login, onChange }: KeyFormProps) {
  const [key, setKey] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isEmpty, setEmpty] = useState(false);
  const connect = async (): Promise<void> => {
    setEmpty(key.trim() === "");
    if (key.trim() === "" || isAsking) return;
    setAsking(true);
    setProblem(null);
    try {
      onChange(await call("PUT /api/places/:place/key", { params: { place: card.id }, body: { key: key.trim() } }));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setAsking(false);
  };
  const told = problem && withPlainWords(problem, card.title).message;
  const isOfKey = told !== null && told !== problem?.message;
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void connect();
  };
  return (
    <form class="card" onSubmit={onSubmit} noValidate>
      <h2>{says.heading(card.title)}</h2>
      <ol>
        {says.steps(card.title).map((step, at) => (
          <li key={step}>
            {step}{" "}
            {at === 0 && (
              <a href={login.url} target="_blank" rel="noreferrer">
                {says.page(card.title)} <span class="hidden">{words.app.newTab}</span>
              </a>
            )}
          </li>
        ))}
      </ol>
      {problem && !isOfKey && <ProblemBox problem={problem} />}
      <Field label={says.label} hint={says.hint} id="key" error={isEmpty ? says.missing : isOfKey ? told : null}>
        {(ids) => (
          <input
            {...ids}
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={key}
            onInput={({ currentTarget }) => setKey(currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="button" aria-disabled={isAsking}>
        {isAsking ? says.checking(card.title) : says.connect}
      </button>
    </form>
  );
}

function KeptKey({ card, login, account, onChange }: KeyFormProps & { readonly account: string }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const forget = async (): Promise<void> => {
    try {
      onChange(await call("DELETE /api/places/:place/key", { params: { place: card.id } }));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <div class="kept-key">
      <p>{says.whose(account, card.title)}</p>
      {login.from === "environment" && <p class="hint">{says.fromEnvironment(login.env)}</p>}
      {login.from === "tool" && <p class="hint">{says.fromTool(card.title)}</p>}
      {login.from === "kept" && (
        <p class="hint">
          <button type="button" class="text-button" onClick={() => void forget()}>
            {says.forget}
          </button>{" "}
          {says.forgetHint(card.title)}
        </p>
      )}
      {problem && <ProblemBox problem={problem} />}
    </div>
  );
}
