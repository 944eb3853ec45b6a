/** What buttons say that make an error or a warning go away. */
export const remedies = {
  retry: "Try again",
  leaveOut: "Leave this file out",
  replaceFile: "Use another file",
  logIn: "Give the access key again",
  openPage: (host: string) => `Open ${host}`,
};
