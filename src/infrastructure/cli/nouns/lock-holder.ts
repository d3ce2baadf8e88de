import type { Command } from 'commander';
import type { Explanation, FreedLease, GrantedLease, RenewedLease } from '../answers.js';
import { asOperator, somewhere, writes, type AsOperator, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure, Refused, usage } from '../failure.js';
import { jsonValue } from '../parse/json-value.js';
import { lockName, type LockName, type Where } from '../parse/lock-name.js';
import { underToken, tokenIfAny, tokenOf, type UnderToken } from '../parse/under-token.js';
import { duration, wholeNumber } from '../parse/values.js';
import { toldHeld } from '../print/locks.js';
import { span } from '../print/moments.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';
import { breakLock, noLock } from './lock-break.js';

interface Renew extends Where, UnderToken {
  readonly cursor?: unknown;
  readonly quietFor?: number;
}
interface HandOver extends Where, UnderToken, Writes {
  readonly from: string;
  readonly to: string;
  readonly operation?: string;
  readonly ttl?: number;
  readonly reason?: string;
}
interface Release extends Where, UnderToken, AsOperator, Writes {
  readonly detail?: string;
  readonly force?: true;
  readonly reason?: string;
  readonly expectedToken?: number;
}

export function holderVerbs(noun: Command, world: World): void {
  const ofHolder = (command: Command): Command => underToken(somewhere(command));

  const renew = ofHolder(noun.command('renew <lock>'))
    .description('A renewal by the holder')
    .option('--cursor <json>', 'where the work stands, in your own words: JSON or @FILE', jsonValue)
    .option('--quiet-for <time>', 'you will be silent for so long, and are not to be taken for dead', duration);
  withExamples(renew, 'holdfast locks renew 7', 'holdfast locks renew 7 --token 3 --quiet-for 1h');
  does<Renew, [string]>(renew, world, async (invocation, options, text) => {
    const lock = lockName(text, options);
    const { path, said } = lock;
    const { cursor, quietFor } = options;
    const body = {
      token: tokenOf(options, lock, world),
      ...(cursor !== undefined && { cursor }),
      ...(quietFor !== undefined && { quietForMs: quietFor }),
    };
    invocation.show(
      await invocation.api.post<RenewedLease>(`${path}/lease/renew`, { body }),
      ({ token, untilMs, renewMs }) => {
        const until = invocation.when(untilMs);
        return `Lock renewed for ${said} (token ${token}); silent from now on, it is lost ${until}. Renew every ${span(renewMs)}`;
      },
    );
  });

  handOverVerb(noun, world);

  const release = ofHolder(noun.command('release <lock> [word]'))
    .description(
      'Give a lock back, with COMPLETED or another word for why; only who holds it may, or an operator by --force',
    )
    .option('--detail <text>', 'in your own words')
    .option(
      '--force',
      'take it from whoever holds it, in the name of an operator; needs --reason, and is in the history',
    )
    .option('--reason <text>', 'why it is taken by force')
    .option(
      '--expected-token <n>',
      'take it by force only if it is held under this token still, as a preview of "locks break" said',
      wholeNumber(1),
    );
  withExamples(
    release,
    'holdfast locks release 7',
    'holdfast locks release 7 FAILED --token 3 --detail "tests are red"',
    'holdfast locks release 7 --force --reason "the machine was unplugged"',
  );
  does<Release, [string, string | undefined]>(
    writes(asOperator(release)),
    world,
    async (invocation, options, text, word) => {
      const lock = lockName(text, options);
      if (options.force) {
        const { operator, reason, expectedToken, idempotencyKey } = options;
        if (reason === undefined) throw usage('Say with --reason why it is taken by force; everybody can read it.');
        return breakLock(invocation, lock, {
          ...{ operator, reason },
          ...(expectedToken !== undefined && { expectedToken }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        });
      }
      if (options.expectedToken !== undefined)
        throw usage('--expected-token goes with --force; a holder says --token.');
      await giveBack(invocation, lock, options, word);
    },
  );
}

function handOverVerb(noun: Command, world: World): void {
  const handOver = underToken(somewhere(noun.command('hand-over <lock>')))
    .description('Pass a lock to a named successor, without an idle gap')
    .requiredOption('--from <session>', 'who has it')
    .requiredOption('--to <session>', 'who gets it')
    .option('--operation <name>', 'what for')
    .option('--ttl <time>', 'how long it lives without a renewal', duration)
    .option('--reason <text>', 'why');
  withExamples(handOver, 'holdfast locks hand-over 7 --token 3 --from run-42 --to run-43');
  does<HandOver, [string]>(writes(handOver), world, async (invocation, options, text) => {
    const lock = lockName(text, options);
    const { path, said } = lock;
    const { from, to, operation, ttl, reason, idempotencyKey } = options;
    const body = {
      ...{ token: tokenOf(options, lock, world), from, to },
      ...(operation !== undefined && { operation }),
      ...(ttl !== undefined && { ttlMs: ttl }),
      ...(reason !== undefined && { reason }),
    };
    const answer = await invocation.api.post<GrantedLease>(`${path}/lease/hand-over`, { body, idempotencyKey });
    invocation.show(answer, ({ hold, token, renewMs }) => {
      return `Lock of ${said} passed from ${from} to ${hold.holder.id} (token ${token}); renew it every ${span(renewMs)}`;
    });
  });
}

async function giveBack(
  invocation: Invocation,
  lock: LockName,
  options: Release,
  word: string | undefined,
): Promise<void> {
  const { world } = invocation;
  const { path, said } = lock;
  const token = tokenIfAny(options, lock, world);
  if (token === undefined) {
    const { hold } = (await invocation.api.get<Explanation>(`${path}/why`)).body;
    if (!hold) throw noLock(said);
    throw new Failure(
      4,
      `${toldHeld(said, hold, world.nowMs())}; only its holder releases it, by --token or HOLDFAST_TOKEN`,
    );
  }
  const body = {
    token,
    ...(word !== undefined && { reason: word }),
    ...(options.detail !== undefined && { detail: options.detail }),
  };
  const { idempotencyKey } = options;
  try {
    const answer = await invocation.api.post<FreedLease>(`${path}/lease/release`, { body, idempotencyKey });
    if (answer.body.already) throw noLock(said);
    invocation.show(answer, ({ freed }) => `Lock released for ${said} (${freed.reason})`);
  } catch (error) {
    if (error instanceof Refused && [404, 409].includes(error.problem.status)) {
      const { hold } = (await invocation.api.get<Explanation>(`${path}/why`)).body;
      if (!hold) throw noLock(said);
    }
    throw error;
  }
}
