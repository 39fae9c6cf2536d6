/** The errors that a command may end with on purpose. `run()` prints each as one line, without a stack. */

/** The user's mistake on the command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What the user may have meant. */
  readonly didYouMean: string | undefined;

  constructor(message: string, options: { readonly didYouMean?: string | undefined } = {}) {
    super(message);
    this.didYouMean = options.didYouMean;
  }
}

/** What was asked for could not be done, for a reason outside the program: exit code 1. */
export class FailedError extends Error {
  override readonly name = "FailedError";
}

/** The work ended early because `CommandEnv.interrupted` said so: exit code 130. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";

  constructor(signal: string) {
    super(`Interrupted by ${signal}`);
  }
}
