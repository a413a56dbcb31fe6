/**
 * `dropclip login` waits for the browser at one of these ports; Cognito takes exactly the addresses it has been told.
 */
export const CALLBACK_PORTS = [4180, 4181, 4182] as const;
export const CALLBACK_PATH = "/callback";
export const callbackUrl = (port: number) => `http://localhost:${port}${CALLBACK_PATH}`;
