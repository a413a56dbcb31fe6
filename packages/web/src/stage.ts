/** Where the parts of a deployment are; publishing writes it into `index.html`. */
export interface Stage {
  api: string;
  cdn: string;
  /** The sign-in pages. */
  signIn: string;
  clientId: string;
  /** As the tokens name it. */
  issuer: string;
  region: string;
  stage: string;
}

export const stage: Stage = JSON.parse(document.getElementById("stage")!.textContent);
