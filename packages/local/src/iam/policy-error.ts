/** A policy AWS would refuse when it is put, or one that holds what is not evaluated here. One line, for people. */
export class PolicyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PolicyError";
  }
}

/** Runs `work`; an error about a policy then names where that policy stands. */
export function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PolicyError) throw new PolicyError(`${place}: ${error.message}`);
    throw error;
  }
}
