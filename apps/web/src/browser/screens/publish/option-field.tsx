import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../../api.ts";
import { Field as FieldBox } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { optionId, toText, type Field } from "./fields.ts";

const says = words.publish.field;

interface OptionFieldProps {
  /** Id of the place's card. */
  readonly place: string;
  readonly field: Field;
  readonly text: string;
  readonly error: string | null;
  readonly onChange: (text: string) => void;
}

/** One option of a place: a box to tick, a choice, several choices, or a text. */
export function OptionField(props: OptionFieldProps) {
  const choices = useChoices(props);
  const { option } = props.field;
  if (option.type === "boolean") return <TickField {...props} />;
  if (choices === "asking") return <AskingField {...props} />;
  if (choices !== null && option.multiple === true) return <SeveralField {...props} choices={choices} />;
  return choices === null ? <TextField {...props} /> : <ChoiceField {...props} choices={choices} />;
}

/** What can be chosen; null: anything can be typed. Where only the host knows, it is asked. */
function useChoices({ place, field: { option } }: OptionFieldProps): readonly string[] | "asking" | null {
  const [live, setLive] = useState<readonly string[] | "asking" | null>("asking");
  const isLive = option.choices === null;
  useEffect(() => {
    if (!isLive) return undefined;
    const leave = new AbortController();
    const ask = call("GET /api/places/:place/choices/:option", { params: { place, option: option.name }, signal: leave.signal });
    ask.then(setLive, () => leave.signal.aborted || setLive(null));
    return () => leave.abort();
  }, [place, option.name, isLive]);
  return isLive ? live : (option.choices ?? null);
}

function usual({ option, names }: Field): string {
  const value = toText(option.default);
  return value === "" ? says.usual : says.usualIs(names[value] ?? value);
}

function TextField({ field, text, error, onChange }: OptionFieldProps) {
  const { option, label, help } = field;
  const hint = [help, option.multiple === true ? says.several : ""].filter(Boolean).join(" ");
  const value = { value: text, placeholder: toText(option.default), autocomplete: "off" } as const;
  const onInput = ({ currentTarget }: { currentTarget: { value: string } }): void => onChange(currentTarget.value);
  return (
    <FieldBox label={label} hint={hint} error={error} id={optionId(option.name)}>
      {(ids): JSX.Element =>
        option.multiple === true ? (
          <textarea {...ids} {...value} onInput={onInput} />
        ) : (
          <input {...ids} {...value} inputMode={option.type === "integer" ? "numeric" : "text"} onInput={onInput} />
        )
      }
    </FieldBox>
  );
}

function ChoiceField({ field, text, error, onChange, choices }: OptionFieldProps & { readonly choices: readonly string[] }) {
  const { option, label, help, names } = field;
  const isKnown = text === "" || choices.includes(text);
  return (
    <FieldBox label={label} hint={help} error={error} id={optionId(option.name)}>
      {(ids) => (
        <select {...ids} value={text} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">{option.required === true ? says.choose : usual(field)}</option>
          {(isKnown ? choices : [text, ...choices]).map((choice) => (
            <option key={choice} value={choice}>
              {names[choice] ?? choice}
            </option>
          ))}
        </select>
      )}
    </FieldBox>
  );
}

function SeveralField({ field, text, onChange, choices }: OptionFieldProps & { readonly choices: readonly string[] }) {
  const { option, label, help, names } = field;
  const chosen = text.split("\n").filter(Boolean);
  const id = optionId(option.name);
  const toggle = (choice: string): void =>
    onChange((chosen.includes(choice) ? chosen.filter((one) => one !== choice) : [...chosen, choice]).join("\n"));
  return (
    <fieldset aria-describedby={`${id}-hint`} tabIndex={-1} id={id}>
      <legend>{label}</legend>
      <p class="hint" id={`${id}-hint`}>
        {help}
      </p>
      <div class="several">
        {choices.map((choice) => (
          <div key={choice} class="checkbox">
            <input type="checkbox" id={`${id}-${choice}`} checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
            <label for={`${id}-${choice}`}>{names[choice] ?? choice}</label>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function TickField({ field: { option, label, help }, text, onChange }: OptionFieldProps) {
  const id = optionId(option.name);
  const isTicked = text === "" ? option.default === true : text === "true";
  return (
    <div class="checkbox">
      <input
        type="checkbox"
        id={id}
        checked={isTicked}
        {...(help !== "" && { "aria-describedby": `${id}-hint` })}
        onChange={({ currentTarget }) => onChange(currentTarget.checked === (option.default === true) ? "" : String(currentTarget.checked))}
      />
      <label for={id}>{label}</label>
      {help !== "" && (
        <p class="hint" id={`${id}-hint`}>
          {help}
        </p>
      )}
    </div>
  );
}

function AskingField({ field: { option, label, help } }: OptionFieldProps) {
  return (
    <FieldBox label={label} hint={help} id={optionId(option.name)}>
      {(ids) => (
        <select {...ids} disabled>
          <option>{says.loading}</option>
        </select>
      )}
    </FieldBox>
  );
}
