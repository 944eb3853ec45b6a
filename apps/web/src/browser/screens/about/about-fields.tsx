import type { About } from "@datasette-publish/workbench/protocol";
import type { FieldError } from "../../parts/error-summary.tsx";
import { Field } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { fieldId } from "./about-errors.ts";

interface AboutFieldsProps {
  readonly about: About;
  readonly errors: readonly FieldError[];
  readonly onChange: (about: About) => void;
}

/** What it is, and where it comes from. */
export function AboutFields(props: AboutFieldsProps) {
  const { about, aboutUrl } = props.about;
  return (
    <>
      <TextField {...props} of="title" />
      <TextField {...props} of="description" isOptional />
      <TextField {...props} of="source" isOptional />
      <TextField {...props} of="sourceUrl" isOptional />
      <details open={Boolean(about ?? aboutUrl)}>
        <summary>{words.about.more}</summary>
        <TextField {...props} of="about" isOptional />
        <TextField {...props} of="aboutUrl" isOptional />
      </details>
    </>
  );
}

type TextFieldProps = AboutFieldsProps & { readonly of: keyof typeof words.about.fields; readonly isOptional?: boolean };

function TextField({ about, errors, onChange, of, isOptional = false }: TextFieldProps) {
  const { label, hint } = words.about.fields[of];
  const id = fieldId(of);
  const error = errors.find(({ field }) => field === id)?.text ?? null;
  return (
    <Field label={label} hint={hint} id={id} error={error} isOptional={isOptional}>
      {(ids) => (
        <input
          {...ids}
          inputMode={of.endsWith("Url") ? "url" : "text"}
          autocomplete="off"
          value={about[of] ?? ""}
          onInput={({ currentTarget }) => onChange({ ...about, [of]: currentTarget.value })}
        />
      )}
    </Field>
  );
}
