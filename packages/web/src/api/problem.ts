/** The API said no. `code` is what programs go by; the message is English. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, string | number | string[]>;
  constructor(status: number, { code = "", message = "", details = {} }: Partial<Problem> = {}) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/**
 * Whether nobody answered: no network, a server that is away, or one that wants to be asked more slowly. Trying again
 * may help; it does not where a limit is used up, which is answered by 429 too.
 */
export const isUnreachable = (error: unknown) =>
  error instanceof TypeError ||
  (error instanceof Problem &&
    (error.status >= 500 || (error.status === 429 && ["", "request.too_many"].includes(error.code))));
