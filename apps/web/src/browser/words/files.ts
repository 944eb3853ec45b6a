/** What the screen says that asks for files. */
export const files = {
  title: "Which files?",
};
