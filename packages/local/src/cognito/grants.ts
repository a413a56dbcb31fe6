import type { UserPoolClient } from "@dropclip/synth/cloud";
import type Provider from "oidc-provider";
import type { World } from "../world.ts";
import { notAuthorized } from "./errors.ts";
import type { State } from "./hosted/state.ts";
import { API_SCOPE, type Session } from "./session.ts";
import { seconds } from "./time.ts";
import type { User } from "./users.ts";

/** Marks refresh tokens that the API gave out: they renew the ID token too, without the scope `openid`. */
export const BY_API = "admin";

/** The sign-ins of one pool that can be renewed, whether by the API or at the token endpoint. */
export class Grants {
  readonly #world: World;
  readonly #state: State;
  readonly #provider: () => Promise<Provider>;

  constructor(world: World, state: State, provider: () => Promise<Provider>) {
    this.#world = world;
    this.#state = state;
    this.#provider = provider;
  }

  /** A sign-in by the API. */
  async begin(user: User, { id }: UserPoolClient): Promise<{ session: Session; refreshToken: string }> {
    const provider = await this.#provider();
    const client = await provider.Client.find(id);
    if (!client) throw new Error(`the client ${id} is missing`);
    const session = { originJti: this.#world.uuid(), authTime: seconds(this.#world), scopes: [API_SCOPE] };
    const grant = new provider.Grant({ accountId: user.sub, clientId: id });
    grant.jti = session.originJti;
    grant.addOIDCScope(API_SCOPE);
    await grant.save();
    const token = new provider.RefreshToken({
      accountId: user.sub,
      authTime: this.#state.toMachine(session.authTime),
      client,
      grantId: session.originJti,
      gty: BY_API,
      rotations: 0,
      scope: API_SCOPE,
    });
    return { session, refreshToken: await token.save() };
  }

  /** What the refresh token renews. Throws NotAuthorizedException for any but a good one of this client. */
  async find(refreshToken: string, { id }: UserPoolClient): Promise<{ sub: string; session: Session }> {
    const provider = await this.#provider();
    const found = await provider.RefreshToken.find(refreshToken);
    if (!found?.grantId || found.clientId !== id || !this.#state.alive(found.grantId)) {
      throw notAuthorized("Invalid Refresh Token");
    }
    const authTime = this.#state.toCloud(found.authTime ?? 0);
    const session = { originJti: found.grantId, authTime, scopes: [...found.scopes] };
    return { sub: found.accountId, session };
  }

  /** Whether a token of this `origin_jti` is still good for the pool itself. */
  alive(originJti: unknown): boolean {
    return typeof originJti === "string" && this.#state.alive(originJti);
  }

  /** Global sign-out: the cookie of the hosted pages stays, as on AWS. */
  revoke({ sub }: User) {
    this.#state.revoke(sub);
  }

  /** A user who is gone leaves nothing that a new one of the same address could take up. */
  forget({ sub }: User) {
    this.#state.revoke(sub, true);
  }
}
