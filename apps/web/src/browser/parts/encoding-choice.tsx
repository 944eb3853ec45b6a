import type { EncodingExample } from "@datasette-publish/workbench/protocol";
import { useEffect, useState } from "preact/hooks";
import { call } from "../api.ts";
import { words } from "../words/en.ts";
import { Radios } from "./field.tsx";

interface EncodingChoiceProps {
  readonly draft: string;
  readonly file: string;
  /** What is known already, the likeliest first. */
  readonly known: readonly EncodingExample[];
  readonly onChoose: (encoding: string) => void;
}

/** How many are shown before somebody asks for more. */
const shownAtFirst = 4;

/** A choice by example: lines of the file as they read in each encoding, none of which has to be known by name. */
export function EncodingChoice({ draft, file, known, onChoose }: EncodingChoiceProps) {
  const examples = useExamples(draft, file, known);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAll, setAll] = useState(false);
  const shown = isAll ? examples : examples?.slice(0, shownAtFirst);
  if (shown === undefined || examples === undefined) return <p class="hint">{words.encodings.loading}</p>;
  if (shown.length === 0) return <p class="hint">{words.encodings.none}</p>;
  return (
    <div class="encoding-choice">
      <Radios
        legend={words.encodings.legend}
        hint={words.encodings.hint}
        options={shown.map(({ encoding, lines }) => ({ value: encoding, label: <Lines lines={lines} /> }))}
        value={chosen}
        onChange={setChosen}
      />
      <p class="buttons">
        {chosen !== null && (
          <button type="button" class="button small main" onClick={() => onChoose(chosen)}>
            {words.encodings.choose}
          </button>
        )}
        {shown.length < examples.length && (
          <button type="button" class="button small" onClick={() => setAll(true)}>
            {words.encodings.more}
          </button>
        )}
      </p>
    </div>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <>
      {lines.map((line, at) => (
        <code key={at} class="example-line">
          {line}
        </code>
      ))}
    </>
  );
}

/** Undefined until they are there. Of a file within a folder or an archive there are no more than are known. */
function useExamples(draft: string, file: string, known: readonly EncodingExample[]): readonly EncodingExample[] | undefined {
  const [examples, setExamples] = useState<readonly EncodingExample[]>();
  useEffect(() => {
    const first = known.map(({ encoding }) => encoding).join(",");
    call("GET /api/drafts/:draft/encodings", { params: { draft }, query: { file, first } }).then(
      (found) => setExamples(found.length > 0 ? found : known),
      () => setExamples(known),
    );
  }, [draft, file]);
  return examples;
}
