/** What the API tells a function of its caller, and what the function knows of the user pool. */
export const handler = async (event: any) => ({
  claims: event.requestContext.authorizer.jwt.claims,
  issuer: process.env.ISSUER,
  signIn: process.env.SIGN_IN,
});
