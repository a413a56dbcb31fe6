/** The scope of tokens that the API gives out: they may be used with the API. */
export const API_SCOPE = "aws.cognito.signin.user.admin";

/** One sign-in, and what its tokens are to say. Times in seconds since the epoch. */
export interface Session {
  /** Id of the session that the refresh token renews: `origin_jti`. */
  originJti: string;
  authTime: number;
  scopes: string[];
}
