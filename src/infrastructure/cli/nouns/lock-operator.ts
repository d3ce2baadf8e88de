import type { Command } from 'commander';
import type { FreedOrNot, ReservedLease } from '../answers.js';
import { asOperator, somewhere, writes, type AsOperator, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { deadHere, deadLine, reportDead } from '../monitor/dead-here.js';
import { sweep } from '../monitor/rounds.js';
import { lockName, saidOf, type Where } from '../parse/lock-name.js';
import type { World } from '../world.js';
import { breakVerb } from './lock-break.js';

interface Act extends Where, AsOperator, Writes {
  readonly reason: string;
  readonly displace?: true;
}

/** What a person may do to locks, always with a reason. */
export function operatorVerbs(noun: Command, world: World): void {
  const reasoned = (name: string, description: string): Command =>
    writes(asOperator(somewhere(noun.command(`${name} <lock>`)).description(description))).requiredOption(
      '--reason <text>',
      'why; everybody can read it',
    );

  const reserve = reasoned('reserve', 'Keep a lock for an operator, until it is lifted').option(
    '--displace',
    'take it from the present holder',
  );
  withExamples(reserve, 'holdfast locks reserve 7 --reason "done by hand"');
  does<Act, [string]>(
    reserve,
    world,
    async (invocation, { idempotencyKey, operator, reason, displace, ...where }, text) => {
      const { path, said } = lockName(text, where);
      if (displace) await invocation.confirm(`Whoever holds ${said} loses it.`);
      const body = { operator, reason, displace: displace === true };
      const answer = await invocation.api.post<ReservedLease>(`${path}/lease/reserve`, { body, idempotencyKey });
      invocation.show(answer, ({ hold, displaced }) => {
        const ended = displaced ? `; ${displaced.holder.id} lost it` : '';
        return `${said} is reserved by ${hold.holder.id} under token ${hold.token}${ended}`;
      });
    },
  );

  const lift = reasoned('lift', 'Lift a reservation');
  withExamples(lift, 'holdfast locks lift 7 --reason "it is done"');
  does<Act, [string]>(lift, world, async (invocation, { idempotencyKey, operator, reason, ...where }, text) => {
    const { path, said } = lockName(text, where);
    const answer = await invocation.api.post<FreedOrNot>(`${path}/lease/lift`, {
      body: { operator, reason },
      idempotencyKey,
    });
    invocation.show(answer, ({ freed }) => (freed ? `${said} is free` : `${said} is not reserved`));
  });

  breakVerb(noun, world);

  const clean = noun
    .command('clean-stale')
    .description('Free what dead and silent holders left, and say how much; the locks of living ones stay')
    .option('--dry-run', 'only say what would be freed');
  withExamples(clean, 'holdfast locks clean-stale --dry-run', 'holdfast locks clean-stale');
  does<{ dryRun?: true }, []>(clean, world, async (invocation, { dryRun = false }) => {
    const found = await deadHere(invocation.api);
    const dead = dryRun ? found : await reportDead(invocation.api, found);
    const swept = await sweep(invocation.api, dryRun);
    const known = new Set(swept.repaired.map(({ resource }) => resource && saidOf(resource)));
    const more = dead.filter((lock) => !known.has(saidOf(lock)));
    const lines = [...more.map(deadLine), ...swept.lines];
    const cleaned = more.length + swept.cleaned;
    if (invocation.globals.json) return invocation.print(JSON.stringify({ dryRun, cleaned, lines }));
    invocation.print([...lines, `${dryRun ? 'Would clean' : 'Cleaned'} ${cleaned} lock(s)`].join('\n'));
  });
}
