import type { Command } from 'commander';
import type { BrokenLease, Explanation, FreedLease, RenewedLease } from '../answers.js';
import { asOperator, somewhere, writes, type AsOperator, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure, Refused, usage } from '../failure.js';
import { jsonValue } from '../parse/json-value.js';
import { lockName, type LockName, type Where } from '../parse/lock-name.js';
import { owned, tokenIfAny, tokenOf, type Owned } from '../parse/owned.js';
import { duration } from '../parse/values.js';
import { toldHeld } from '../print/locks.js';
import { span } from '../print/moments.js';
import type { Session } from '../session.js';
import type { World } from '../world.js';

interface Renew extends Where, Owned {
  readonly cursor?: unknown;
  readonly quietFor?: number;
}
interface Release extends Where, Owned, AsOperator, Writes {
  readonly detail?: string;
  readonly force?: true;
  readonly reason?: string;
}

export function holderVerbs(noun: Command, world: World): void {
  const ofHolder = (command: Command): Command => owned(somewhere(command));

  const renew = ofHolder(noun.command('renew <lock>'))
    .description('A renewal by the holder')
    .option('--cursor <json>', 'where the work stands, in your own words: JSON or @FILE', jsonValue)
    .option('--quiet-for <time>', 'you will be silent for so long, and are not to be taken for dead', duration);
  withExamples(renew, 'holdfast locks renew 7', 'holdfast locks renew 7 --token 3 --quiet-for 1h');
  does<Renew, [string]>(renew, world, async (session, options, text) => {
    const { path, said } = lockName(text, options);
    const { cursor, quietFor } = options;
    const body = {
      token: tokenOf(options, world),
      ...(cursor !== undefined && { cursor }),
      ...(quietFor !== undefined && { quietForMs: quietFor }),
    };
    session.show(
      await session.api.post<RenewedLease>(`${path}/lease/renew`, { body }),
      ({ token, untilMs, renewMs }) => {
        const until = session.when(untilMs);
        return `Lock renewed for ${said} (token ${token}); silent from now on, it is lost ${until}. Renew every ${span(renewMs)}`;
      },
    );
  });

  const release = ofHolder(noun.command('release <lock> [word]'))
    .description(
      'Give a lock back, with COMPLETED or another word for why; only who holds it may, or an operator by --force',
    )
    .option('--detail <text>', 'in your own words')
    .option(
      '--force',
      'take it from whoever holds it, in the name of an operator; needs --reason, and is in the history',
    )
    .option('--reason <text>', 'why it is taken by force');
  withExamples(
    release,
    'holdfast locks release 7',
    'holdfast locks release 7 FAILED --token 3 --detail "tests are red"',
    'holdfast locks release 7 --force --reason "the machine was unplugged"',
  );
  does<Release, [string, string | undefined]>(
    writes(asOperator(release)),
    world,
    async (session, options, text, word) => {
      const lock = lockName(text, options);
      if (options.force) return force(session, lock, options);
      await giveBack(session, lock, options, word);
    },
  );
}

async function giveBack(session: Session, lock: LockName, options: Release, word: string | undefined): Promise<void> {
  const { world } = session;
  const { path, said } = lock;
  const token = tokenIfAny(options, world);
  if (token === undefined) {
    const { hold } = (await session.api.get<Explanation>(path)).body;
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
    const answer = await session.api.post<FreedLease>(`${path}/lease/release`, { body, idempotencyKey });
    if (answer.body.already) throw noLock(said);
    session.show(answer, ({ freed }) => `Lock released for ${said} (${freed.reason})`);
  } catch (error) {
    if (error instanceof Refused && [404, 409].includes(error.problem.status)) {
      const { hold } = (await session.api.get<Explanation>(path)).body;
      if (!hold) throw noLock(said);
    }
    throw error;
  }
}

async function force(session: Session, { path, said }: LockName, options: Release): Promise<void> {
  const { operator, reason, idempotencyKey } = options;
  if (reason === undefined) throw usage('Say with --reason why it is taken by force; everybody can read it.');
  const ask = { body: { operator, reason }, idempotencyKey };
  const answer = await session.api.post<BrokenLease>(`${path}/lease/break`, ask);
  if ('preview' in answer.body) return;
  const { freed, nothingToDo } = answer.body;
  if (nothingToDo === 'idle') throw noLock(said);
  if (!freed) {
    throw new Failure(
      4,
      `${said} is reserved by an operator: that is lifted, not taken. See: holdfast locks lift --help`,
    );
  }
  session.show(
    answer,
    () => `Lock of ${freed.holder.id} was taken by force for ${said} (token ${freed.token}): ${reason}`,
  );
}

const noLock = (said: string): Failure => new Failure(1, `No lock found for ${said}`);
