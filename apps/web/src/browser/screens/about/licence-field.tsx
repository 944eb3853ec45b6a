import type { About } from "@datasette-publish/workbench/protocol";
import { useId, useState } from "preact/hooks";
import type { FieldError } from "../../parts/error-summary.tsx";
import { Field, Radios, type RadioOption } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { fieldId } from "./about-errors.ts";
import { governmentLicences, licenceOf, licences, reserved, withLicence, type Licence } from "./licences.ts";

const says = words.about.licence;

interface LicenceFieldProps {
  readonly about: About;
  readonly errors: readonly FieldError[];
  readonly onChange: (about: About) => void;
}

/** What others may do with the data. */
export function LicenceField({ about, errors, onChange }: LicenceFieldProps) {
  const told = licenceOf(about);
  // An empty "another" says the same as "unknown".
  const [chosen, setChosen] = useState(told);
  const value = told === "unknown" && chosen === "another" ? "another" : told;
  const isGovernment = governmentLicences.some(({ id }) => id === value);
  const choose = (id: string): void => {
    setChosen(id);
    onChange(withLicence(about, id === "government" ? (governmentLicences[0]?.id ?? "") : id));
  };
  const options: readonly RadioOption<string>[] = [
    ...licences.map((licence) => optionOf(licence)),
    { value: "government", label: says.government, more: <GovernmentLicences value={value} onChange={choose} /> },
    { value: reserved.id, label: says.nothing },
    { value: "another", label: says.another, more: <AnotherLicence about={about} errors={errors} onChange={onChange} /> },
    { value: "unknown", label: says.unknown, hint: says.unknownHint },
  ];
  return <Radios legend={says.legend} hint={says.hint} options={options} value={isGovernment ? "government" : value} onChange={choose} />;
}

function optionOf({ id, plain, license, licenseUrl }: Licence): RadioOption<string> {
  return { value: id, label: <Named plain={plain} license={license} />, ...(licenseUrl !== null && { more: <ReadIt url={licenseUrl} /> }) };
}

function Named({ plain, license }: { readonly plain: string; readonly license: string }) {
  return (
    <>
      {plain} <span class="muted">({license})</span>
    </>
  );
}

function ReadIt({ url }: { readonly url: string }) {
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {says.read} <span class="hidden">{words.app.newTab}</span>
    </a>
  );
}

function GovernmentLicences({ value, onChange }: { readonly value: string; readonly onChange: (id: string) => void }) {
  const id = useId();
  const url = governmentLicences.find((licence) => licence.id === value)?.licenseUrl;
  return (
    <div class="field">
      <label for={id}>{says.which}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {governmentLicences.map((licence) => (
          <option key={licence.id} value={licence.id}>
            {licence.license}
          </option>
        ))}
      </select>
      {url && <ReadIt url={url} />}
    </div>
  );
}

function AnotherLicence({ about, errors, onChange }: LicenceFieldProps) {
  const error = errors.find(({ field }) => field === fieldId("licenseUrl"))?.text ?? null;
  return (
    <>
      <Field label={says.anotherName} id={fieldId("license")}>
        {(ids) => (
          <input
            {...ids}
            value={about.license ?? ""}
            onInput={({ currentTarget }) => onChange({ ...about, license: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={says.anotherUrl} id={fieldId("licenseUrl")} error={error} isOptional>
        {(ids) => (
          <input
            {...ids}
            type="url"
            value={about.licenseUrl ?? ""}
            onInput={({ currentTarget }) => onChange({ ...about, licenseUrl: currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}
