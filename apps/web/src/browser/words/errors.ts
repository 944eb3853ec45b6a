/** An error in words for somebody who never saw a terminal. */
interface ErrorWords {
  readonly title: string;
  readonly text: string;
}

type Facts = Readonly<Record<string, unknown>>;

type Words = ErrorWords | ((facts: Facts) => ErrorWords);

/** Where core's message speaks to somebody at a terminal. Every other error shows its own message. */
const errors: Readonly<Record<string, Words | undefined>> = {
  OFFLINE: {
    title: "Datasette Publish does not answer",
    text: "Look whether it still runs on this computer. If you closed it, open it again: nothing is lost.",
  },
  KEY_WRONG: {
    title: "Open this page again",
    text: "This window does not belong to the Datasette Publish that runs now. Open the page by the address that it shows, or start it again. What you did is still there.",
  },
  ANSWER_INVALID: {
    title: "Something went wrong",
    text: "Datasette Publish gave an answer that this page does not understand. Load the page again.",
  },
  INTERNAL: {
    title: "Something went wrong in Datasette Publish",
    text: "This is a mistake of the program, not yours. Your files are as they were. Try it again.",
  },
  CANCELLED: { title: "Stopped", text: "Nothing was changed." },
  JOB_RUNNING: { title: "Something is still going on here", text: "Wait until it has ended, or stop it. Then try again." },
  INPUT_CHANGED: {
    title: "This is not what you looked at",
    text: "Your files or choices have changed since, perhaps in another window. Look at them again first.",
  },
  CONVERT_KEY_DUPLICATE: ({ table, column, line }) => ({
    title: "A value is there more than once",
    text: `You chose that each value of ${String(table)} › ${String(column)} is there only once, but the one on line ${String(line)} was there before.`,
  }),
  CONVERT_KEY_BLANK: ({ table, column, blanks }) => ({
    title: "A value is missing",
    text: `You chose that each value of ${String(table)} › ${String(column)} is there only once, but ${String(blanks)} of its rows have none.`,
  }),
  DISK_FULL: { title: "The disk of this computer is full", text: "Free some space, then try again." },
};

/** The words for an error; null: its own message will do. */
export function errorWords({ code, facts }: { readonly code: string; readonly facts: Facts }): ErrorWords | null {
  const own = errors[code];
  return typeof own === "function" ? own(facts) : (own ?? null);
}
