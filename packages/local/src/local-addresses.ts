import type { Cloud, HttpApi, UserPool } from "@dropclip/synth/cloud";

/** Which port each listener takes. */
export interface Ports {
  gate: number;
  apis: number[];
  distributions: number[];
  userPools: number[];
}

type Listed = Pick<Cloud, "apis" | "distributions" | "userPools">;

/**
 * From `first` on (0: any): the first API, distribution, the AWS endpoint, the first user pool, and then the others of
 * each, so that what most graphs have is found where it was when there comes to be another of its kind.
 */
export function portsOf(facts: Listed, first: number): Ports {
  let next = first;
  const take = () => first && next++;
  const head = (list: unknown[]) => list.slice(0, 1).map(take);
  const [apis, distributions, gate, userPools] = [
    head(facts.apis),
    head(facts.distributions),
    take(),
    head(facts.userPools),
  ];
  const whole = (taken: number[], list: unknown[]) => [...taken, ...list.slice(1).map(take)];
  return {
    gate,
    apis: whole(apis, facts.apis),
    distributions: whole(distributions, facts.distributions),
    userPools: whole(userPools, facts.userPools),
  };
}

type Localise = (value: string) => string;

/** The API with the pages' local addresses where it names their deployed ones. */
export const localApi = (api: HttpApi, localise: Localise): HttpApi =>
  api.cors ? { ...api, cors: { ...api.cors, allowOrigins: api.cors.allowOrigins.map(localise) } } : api;

/** The user pool, which leads back to the pages' local addresses only. */
export const localPool = (pool: UserPool, localise: Localise): UserPool => ({
  ...pool,
  clients: pool.clients.map((client) => ({
    ...client,
    callbackUrls: client.callbackUrls.map(localise),
    logoutUrls: client.logoutUrls.map(localise),
  })),
});

/** As deployed. */
export const bucketUrl = ({ region }: Pick<Cloud, "region">, name: string) =>
  `https://${name}.s3.${region}.amazonaws.com`;
