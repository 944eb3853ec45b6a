import { useEffect, useRef } from "preact/hooks";
import { words } from "../words/en.ts";

/** What is wrong with what was filled in; `field` is the id of the field to go to. */
export interface FieldError {
  readonly text: string;
  readonly field?: string;
}

/** All that is wrong, above the fields. The focus goes there when it appears, and each line leads to its field. */
export function ErrorSummary({ errors }: { readonly errors: readonly FieldError[] }) {
  const box = useRef<HTMLDivElement>(null);
  const key = errors.map(({ text }) => text).join("\n");
  useEffect(() => {
    if (key !== "") box.current?.focus();
  }, [key]);
  if (errors.length === 0) return null;
  return (
    <div class="error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{words.app.problems}</h2>
      <ul>
        {errors.map(({ text, field }) => (
          <li key={text}>{field === undefined ? text : <FieldLink field={field} text={text} />}</li>
        ))}
      </ul>
    </div>
  );
}

function FieldLink({ field, text }: { readonly field: string; readonly text: string }) {
  const onClick = (event: Event): void => {
    event.preventDefault();
    document.getElementById(field)?.focus();
  };
  return (
    <a href={`#${field}`} onClick={onClick}>
      {text}
    </a>
  );
}
