import type { Command } from 'commander';
import type { BrokenLease, FreedOrNot, LiftedReservation, Recorded, ReservedOrNot } from '../answers.js';
import { asOperator, ofPlayer, writes, type AsOperator, type OfPlayer, type Writes } from '../common-options.js';
import { wholeNumber } from '../parse/values.js';
import { does } from '../does.js';
import { findShip } from '../find-ship.js';
import { foretold } from '../print/foretold.js';
import { toldFreed } from '../print/ships.js';
import type { World } from '../world.js';

interface Act extends OfPlayer, AsOperator, Writes {
  readonly reason: string;
  readonly preview?: true;
  readonly expectedToken?: number;
}

/** What an operator may do to a lease: always with a reason, always in the log. */
export function operatorVerbs(ship: Command, world: World): void {
  const act = (name: string, description: string): Command =>
    asOperator(ofPlayer(ship.command(name).description(description)));
  const reasoned = (name: string, description: string): Command =>
    writes(act(name, description).requiredOption('--reason <text>', 'why; everybody can read it'))
      .option('--preview', 'only say what would happen')
      .option('--expected-token <n>', 'only if it is held under this token still, as a preview said', wholeNumber(1));

  const reserve = reasoned('reserve <ship>', 'Keep the ship for an operator, until it is lifted').option(
    '--displace',
    'take it from the present holder, who is then ended',
  );
  does<Act & { displace?: true }, [string]>(reserve, world, async (invocation, options, symbol) => {
    const { player, idempotencyKey, ...body } = options;
    const found = await findShip(invocation, symbol, player);
    if (body.displace && !body.preview) await invocation.confirm(`Whoever holds ${symbol} is ended.`);
    const answer = await invocation.api.post<ReservedOrNot>(`${found.path}/lease/reserve`, { body, idempotencyKey });
    invocation.show(answer, (done) => {
      if ('preview' in done) {
        const loses = done.loser ? `, and ${done.loser.id} would be ended` : '';
        return foretold(
          invocation,
          done,
          done.wouldReserve ? `${symbol} would be reserved${loses}.` : `${symbol} is somebody else’s.`,
        );
      }
      const { hold, displaced } = done;
      const ended = displaced ? `; ${displaced.holder.id} lost it` : '';
      return `${symbol} is reserved by ${hold.holder.id} under token ${hold.token}${ended}.`;
    });
  });

  const lift = reasoned('lift <ship>', 'Lift a reservation');
  does<Act, [string]>(lift, world, async (invocation, { player, idempotencyKey, ...body }, symbol) => {
    const found = await findShip(invocation, symbol, player);
    const answer = await invocation.api.post<LiftedReservation>(`${found.path}/lease/lift`, { body, idempotencyKey });
    invocation.show(answer, (done) => {
      if (!('preview' in done)) return toldFreedOrNot(symbol, done);
      const would = done.loser ? `The reservation of ${done.loser.id} would be lifted.` : 'There is nothing to lift.';
      return foretold(invocation, done, would);
    });
  });

  const breaking = reasoned('break <ship>', 'Take the lease from its living holder, which is ended');
  does<Act, [string]>(breaking, world, async (invocation, options, symbol) => {
    const { player, idempotencyKey, ...body } = options;
    const found = await findShip(invocation, symbol, player);
    if (!body.preview)
      await invocation.confirm(`Whoever holds ${symbol} loses it in the middle of its work and is ended.`);
    const answer = await invocation.api.post<BrokenLease>(`${found.path}/lease/break`, { body, idempotencyKey });
    invocation.show(answer, (done) => {
      if (!('preview' in done)) return toldFreedOrNot(symbol, done);
      const would = done.loser ? `${done.loser.id} would lose ${symbol} and be ended.` : 'There is nothing to break.';
      return foretold(invocation, done, would);
    });
  });

  const writeOff = act('write-off <ship> <obligation>', 'Write off something the ship still owes');
  does<OfPlayer & AsOperator & Writes, [string, string]>(
    writes(writeOff),
    world,
    async (invocation, { player, operator, idempotencyKey }, symbol, obligation) => {
      const { path } = await findShip(invocation, symbol, player);
      await invocation.confirm(`What ${symbol} owes as ${obligation} is never asked for again.`);
      const body = { how: 'written-off', operator };
      const where = `${path}/obligations/${encodeURIComponent(obligation)}/settlement`;
      const answer = await invocation.api.post<Recorded>(where, { body, idempotencyKey });
      invocation.show(answer, ({ already }) => `${obligation} ${already ? 'was settled before' : 'is written off'}.`);
    },
  );
}

const nothingBecause = {
  idle: 'nobody holds it',
  reserved: 'an operator reserved it; that is lifted, not broken',
  'held-under-another-token': 'it is held under another token',
  'not-reserved': 'it is not reserved',
} as const;

function toldFreedOrNot(symbol: string, { freed, nothingToDo }: FreedOrNot): string {
  if (freed) return toldFreed(symbol, freed, false);
  return `Nothing to do for ${symbol}: ${nothingToDo ? nothingBecause[nothingToDo] : 'it is done'}.`;
}
