import type { Command } from 'commander';
import type { FreedLease, GrantedLease, RenewedLease, SeenShip } from '../answers.js';
import { fresh, ofPlayer, remarkOnAge, writes, type Fresh, type OfPlayer, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { findShip } from '../find-ship.js';
import { jsonValue } from '../parse/json-value.js';
import { asOf, duration, token } from '../parse/values.js';
import { span } from '../print/moments.js';
import { shipEntries, toldFreed, toldGrant } from '../print/ships.js';
import { list } from '../print/table.js';
import type { World } from '../world.js';
import { orderVerbs } from './ship-orders.js';
import { operatorVerbs } from './ship-operator.js';
import { listVerb } from './assignments.js';

export function ships(program: Command, world: World): void {
  const ship = program.command('ship').description('One ship, its lease, and what it is to do');
  withExamples(
    ship,
    'holdfast ship get COOPER-2',
    'holdfast ship navigate COOPER-2 X1-TS98-B7',
    'holdfast ship acquire COOPER-2 --player 2 --holder agent-7',
    'holdfast ship renew COOPER-2 --token 3',
    'holdfast ship break COOPER-2 --reason "agent-7 was unplugged" --preview',
  );
  const get = ship
    .command('get <ship>')
    .description('One ship with its lease')
    .option('--as-of <when>', 'as it was at a position or a moment', asOf);
  does<OfPlayer & Fresh & { asOf?: string }, [string]>(
    fresh(ofPlayer(get)),
    world,
    async (invocation, options, symbol) => {
      const { player, ...query } = options;
      const { path } = await findShip(invocation, symbol, player);
      invocation.show(await invocation.api.get<SeenShip>(path, query), ({ ship: found, ageMs }) => {
        remarkOnAge(invocation, { ageMs });
        return list(shipEntries(found, invocation.when), invocation.colors.bold);
      });
    },
  );
  listVerb(ship.command('list').description('Ships by player and name, those that nobody holds too'), world, ['all']);
  acquireVerb(ship, world);
  holderVerbs(ship, world);
  operatorVerbs(ship, world);
  orderVerbs(ship, world);
}

interface Acquire extends OfPlayer, Writes {
  readonly holder: string;
  readonly operation?: string;
  readonly ttl?: number;
  readonly adoptObligations?: boolean;
}

function acquireVerb(ship: Command, world: World): void {
  const acquire = ship
    .command('acquire <ship>')
    .description('Take the lease; who has it already keeps the same token')
    .requiredOption('--holder <name>', 'the id of the session that will hold it')
    .option('--operation <name>', 'what for')
    .option('--ttl <time>', 'how long it lives without a renewal', duration)
    .option('--adopt-obligations', 'take over what it still owes');
  does<Acquire, [string]>(writes(ofPlayer(acquire)), world, async (invocation, options, symbol) => {
    const { player, ttl, idempotencyKey, ...ask } = options;
    const { path } = await findShip(invocation, symbol, player);
    const body = { ...ask, ...(ttl !== undefined && { ttlMs: ttl }) };
    const answer = await invocation.api.post<GrantedLease>(`${path}/lease`, { body, idempotencyKey });
    invocation.show(answer, (granted) => toldGrant(symbol, granted));
  });
}

interface UnderToken extends OfPlayer, Writes {
  readonly token: number;
}
type Renew = UnderToken & { readonly quietFor?: number; readonly cursor?: unknown };
type Release = UnderToken & { readonly holder?: string; readonly reason?: string; readonly detail?: string };
interface HandOver extends UnderToken {
  readonly from: string;
  readonly to: string;
  readonly operation?: string;
  readonly ttl?: number;
  readonly reason?: string;
}

function holderVerbs(ship: Command, world: World): void {
  const ofHolder = (name: string, description: string): Command =>
    ofPlayer(ship.command(`${name} <ship>`))
      .description(description)
      .requiredOption('--token <n>', 'that the holder was granted', token);

  const renew = ofHolder('renew', 'A renewal by the holder')
    .option('--cursor <json>', 'where the work stands, in your own words: JSON or @FILE', jsonValue)
    .option('--quiet-for <time>', 'you will be silent for so long, and are not to be taken for dead', duration);
  does<Renew, [string]>(renew, world, async (invocation, { player, quietFor, ...renewal }, symbol) => {
    const { path } = await findShip(invocation, symbol, player);
    const body = { ...renewal, ...(quietFor !== undefined && { quietForMs: quietFor }) };
    const answer = await invocation.api.post<RenewedLease>(`${path}/lease/renew`, { body });
    invocation.show(answer, ({ hold, token: its, untilMs, renewMs }) => {
      const until = invocation.when(untilMs);
      return `${hold.holder.id} keeps ${symbol} under token ${its}; silent from now on, it loses it ${until}. Renew every ${span(renewMs)}.`;
    });
  });

  const release = ofHolder('release', 'Give the lease back; a repeat changes nothing')
    .option('--holder <name>', 'refused unless it is this one who has it')
    .option('--reason <word>', 'completed, failed, stopped, cancelled, interrupted, manual …')
    .option('--detail <text>', 'in your own words');
  does<Release, [string]>(writes(release), world, async (invocation, { player, idempotencyKey, ...body }, symbol) => {
    const { path } = await findShip(invocation, symbol, player);
    const answer = await invocation.api.post<FreedLease>(`${path}/lease/release`, { body, idempotencyKey });
    invocation.show(answer, ({ freed, already }) => toldFreed(symbol, freed, already));
  });

  const handOver = ofHolder('hand-over', 'Pass the lease to a named successor, without an idle gap')
    .requiredOption('--from <name>', 'who has it')
    .requiredOption('--to <name>', 'who gets it')
    .option('--operation <name>', 'what for')
    .option('--ttl <time>', 'how long it lives without a renewal', duration)
    .option('--reason <text>', 'why');
  does<HandOver, [string]>(writes(handOver), world, async (invocation, options, symbol) => {
    const { player, ttl, idempotencyKey, ...ask } = options;
    const { path } = await findShip(invocation, symbol, player);
    const body = { ...ask, ...(ttl !== undefined && { ttlMs: ttl }) };
    const answer = await invocation.api.post<GrantedLease>(`${path}/lease/hand-over`, { body, idempotencyKey });
    invocation.show(answer, (granted) => toldGrant(symbol, granted));
  });
}
