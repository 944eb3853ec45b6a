/** What the screen says that shows what files became. */
export const check = {
  title: "Is this right?",
};
