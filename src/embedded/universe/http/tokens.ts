import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../actions/refusal.js';
import type { Agent } from '../state/state.js';
import type { World } from '../state/world.js';

interface Claims {
  readonly identifier: string;
  readonly reset_date: string;
}

/** Bearer tokens in the form of a JWT: the same for the same agent of the same era and seed. */
export class Tokens {
  constructor(readonly world: World) {}

  tokenOf({ symbol }: Pick<Agent, 'symbol'>): string {
    const claims = {
      identifier: symbol,
      version: 'v2.3.0',
      reset_date: this.world.state.resetDate,
      sub: 'agent-token',
    };
    const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
    return `${text}.${this.#sign(text)}`;
  }

  /**
   * @param authorization the header of a request
   * @throws Refusal 401: no token, a wrong one, or one of an era that ended
   */
  agentOf(authorization: string | undefined): Agent {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Refusal(401, 4103, 'The request carries no bearer token.');
    const claims = this.#claimsIn(token);
    if (!claims) throw new Refusal(401, 4104, 'The token is not one of this server.');
    const { resetDate, agents } = this.world.state;
    if (claims.reset_date !== resetDate) {
      throw new Refusal(401, 4113, 'The token is of another era: the universe was reset.', {
        ...{ expected: resetDate, actual: claims.reset_date },
      });
    }
    const agent = agents.get(claims.identifier);
    if (!agent) throw new Refusal(401, 4105, `There is no agent ${claims.identifier}.`);
    return agent;
  }

  /** Whoever asks, where nobody has to say who they are. */
  agentIfAny(authorization: string | undefined): Agent | undefined {
    return authorization === undefined ? undefined : this.agentOf(authorization);
  }

  /** Whose account a request counts for; a token that is refused counts for nobody. */
  accountOf(authorization: string | undefined): string | undefined {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : this.#claimsIn(token)?.identifier;
  }

  #claimsIn(token: string): Claims | undefined {
    const [header, claims, signature] = token.split('.');
    if (header === undefined || claims === undefined || signature === undefined) return undefined;
    const expected = Buffer.from(this.#sign(`${header}.${claims}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
  }

  #sign(text: string): string {
    return createHmac('sha256', `universe ${this.world.options.seed}`).update(text).digest('base64url');
  }
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
