/** What asks how the letters of a file are to be read. */
export const encodings = {
  legend: "Which of these reads right?",
  hint: "These are lines of your file, read in different ways. Choose the one in which every letter is right.",
  loading: "Looking for lines that show it…",
  none: "No line at the beginning of the file shows a difference.",
  more: "None of these: show more",
  choose: "Read it like this",
  title: (file: string) => `How do the letters of ${file} read?`,
};
