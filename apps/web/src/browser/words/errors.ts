/** An error in words for somebody who never saw a terminal. */
interface ErrorWords {
  readonly title: string;
  readonly text: string;
}

/** Where core's message speaks to somebody at a terminal. Every other error shows its own message. */
const errors: Readonly<Record<string, ErrorWords | undefined>> = {
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
  DISK_FULL: { title: "The disk of this computer is full", text: "Free some space, then try again." },
};

/** The words for an error; null: its own message will do. */
export function errorWords(code: string): ErrorWords | null {
  return errors[code] ?? null;
}
