import type { PlaceCard } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import type { FieldError } from "../../parts/error-summary.tsx";
import { Field } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { addressId, fieldsOf, optionId, type Field as OptionOf, type PlaceForm } from "./fields.ts";
import { KeyForm } from "./key-form.tsx";
import { OptionField } from "./option-field.tsx";

const says = words.publish;

interface PlacePanelProps {
  readonly card: PlaceCard;
  readonly form: PlaceForm;
  readonly errors: readonly FieldError[];
  /** The address that a site has there already, which stays; null: one can be wished. */
  readonly kept: string | null;
  readonly onCard: (card: PlaceCard) => void;
  readonly onChange: (form: PlaceForm) => void;
}

/** What a place needs: an access key, an address, and what else can be chosen. */
export function PlacePanel({ card, form, errors, kept, onCard, onChange }: PlacePanelProps) {
  if (card.login !== null && card.login.account === null) return <KeyForm card={card} login={card.login} onChange={onCard} />;
  const { main, more } = fieldsOf(card);
  const rest = { card, form, errors, onChange };
  return (
    <div class="place-panel">
      {card.login && <KeyForm card={card} login={card.login} onChange={onCard} />}
      {kept !== null && <p>{says.address.kept(kept)}</p>}
      {kept === null && card.address !== null && <AddressField {...rest} address={card.address} />}
      <Options {...rest} fields={main} />
      {more.length > 0 && <More {...rest} fields={more} />}
    </div>
  );
}

type PartProps = Omit<PlacePanelProps, "kept" | "onCard">;

function AddressField({ address: rule, form, errors, onChange }: PartProps & { readonly address: NonNullable<PlaceCard["address"]> }) {
  const error = errors.find(({ field }) => field === addressId)?.text ?? null;
  return (
    <Field label={says.address.label} hint={says.address.hint(rule.maxLength)} id={addressId} error={error} isOptional>
      {(ids) => (
        <input
          {...ids}
          class="address"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={form.address}
          onInput={({ currentTarget }) => onChange({ ...form, address: currentTarget.value })}
        />
      )}
    </Field>
  );
}

/** Folded until it is asked for, or something in it has to be changed: hosts are asked for their choices only then. */
function More(props: PartProps & { readonly fields: readonly OptionOf[] }) {
  const [isOpen, setOpen] = useState(false);
  const hasError = props.fields.some(({ option }) => props.errors.some(({ field }) => field === optionId(option.name)));
  return (
    <details open={isOpen || hasError} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{says.more}</summary>
      {(isOpen || hasError) && <Options {...props} />}
    </details>
  );
}

function Options({ card, form, errors, onChange, fields }: PartProps & { readonly fields: readonly OptionOf[] }) {
  return (
    <>
      {fields.map((field) => (
        <OptionField
          key={`${card.id} ${field.option.name}`}
          place={card.id}
          field={field}
          text={form.texts[field.option.name] ?? ""}
          error={errors.find((error) => error.field === optionId(field.option.name))?.text ?? null}
          onChange={(text) => onChange({ ...form, texts: { ...form.texts, [field.option.name]: text } })}
        />
      ))}
    </>
  );
}
