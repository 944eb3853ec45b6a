import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { words } from "../words/en.ts";

/** What ties a field to its label, its hint and its error. */
interface FieldIds {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Why what is in it cannot be taken. */
  readonly error?: string | null;
  readonly isOptional?: boolean;
  /** Unset: one of its own. */
  readonly id?: string;
  readonly children: (ids: FieldIds) => JSX.Element;
}

/** A field with its label above it: `<Field label="Title">{(ids) => <input {...ids} />}</Field>`. */
export function Field({ label, hint, error = null, isOptional = false, id: given, children }: FieldProps) {
  const own = useId();
  const id = given ?? own;
  const describedBy = [hint && `${id}-hint`, error !== null && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={error === null ? "field" : "field field-invalid"}>
      <label for={id}>
        {label} {isOptional && <span class="muted">({words.app.optional})</span>}
      </label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== null && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {children({
        id,
        ...(describedBy !== "" && { "aria-describedby": describedBy }),
        ...(error !== null && { "aria-invalid": true as const }),
      })}
    </div>
  );
}

/** One of several that one can choose. */
export interface RadioOption<Value extends string> {
  readonly value: Value;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  /** Shown below it while it is chosen. */
  readonly more?: ComponentChildren;
  readonly isDisabled?: boolean;
}

interface RadiosProps<Value extends string> {
  readonly legend: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly options: readonly RadioOption<Value>[];
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
}

/** One choice of several, each with its words beside it. */
export function Radios<Value extends string>({ legend, hint, options, value, onChange }: RadiosProps<Value>) {
  const name = useId();
  return (
    <fieldset class="radios" {...(hint !== undefined && { "aria-describedby": `${name}-hint` })}>
      <legend>{legend}</legend>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {options.map((option, at) => (
        <div key={option.value} class="radio">
          <input
            type="radio"
            name={name}
            id={`${name}-${at}`}
            checked={option.value === value}
            disabled={option.isDisabled === true}
            onChange={() => onChange(option.value)}
            {...(option.hint !== undefined && { "aria-describedby": `${name}-${at}-hint` })}
          />
          <label for={`${name}-${at}`}>{option.label}</label>
          {option.hint !== undefined && (
            <div class="hint" id={`${name}-${at}-hint`}>
              {option.hint}
            </div>
          )}
          {option.value === value && option.more !== undefined && <div class="radio-more">{option.more}</div>}
        </div>
      ))}
    </fieldset>
  );
}
