import type { Answer } from '../../../application/answer.js';
import type { CommandContext } from '../../../application/command-context.js';
import { ReleaseLease } from '../../../application/leases/release-lease.js';
import type { Freed, Release } from '../../../domain/lease/decisions.js';
import type { Resource } from '../../../domain/lease/resource.js';
import { isRefusal, type Dispatcher } from '../asking/dispatcher.js';

interface Ask extends Pick<Release, 'token' | 'reason' | 'detail'> {
  readonly holder?: string | undefined;
}

/**
 * The token alone names the hold; a holder that is given as well must be the one that has it. Tried for an agent first:
 * a container seldom gives back one ship by itself.
 * @throws ProblemError for a refusal
 */
export async function releaseByToken(
  dispatcher: Dispatcher,
  context: CommandContext,
  resource: Resource,
  { holder, ...ask }: Ask,
): Promise<Answer<Freed>> {
  const as = (who: Release['holder']) =>
    dispatcher.attempt(
      new ReleaseLease(context, { resource, ...ask, holder: who, by: { kind: 'holder', id: who.id } }),
    );
  let { outcome, position } = await as({ kind: 'agent', id: holder ?? '' });
  if (outcome.type === 'StaleToken' && outcome.hold?.token === ask.token) {
    const { kind, id } = outcome.hold.holder;
    if (kind !== 'operator' && (holder ?? id) === id) ({ outcome, position } = await as({ kind, id }));
  }
  if (isRefusal(outcome)) throw await dispatcher.refused(outcome);
  return { outcome, position };
}
