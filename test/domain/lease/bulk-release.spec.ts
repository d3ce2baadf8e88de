import { planBulkRelease, type BulkSelector } from '../../../src/domain/lease/bulk-release.js';
import type { Holder } from '../../../src/domain/lease/events.js';
import { releaseReasonOf } from '../../../src/domain/lease/reasons.js';
import { container, held, operator, ore, ship } from './leases.js';

const lease = (symbol: string, holder: Holder | null, player = 1) => ({
  resource: ship(symbol, player),
  hold: holder && held(holder, 4, 0),
  obligations: [],
});
const plan = (leases: readonly ReturnType<typeof lease>[], selector: Partial<BulkSelector> = {}, word = 'shutdown') =>
  planBulkRelease(leases, {
    selector: { player: 1, holderId: null, ships: null, operation: null, olderThanMs: null, ...selector },
    reason: releaseReasonOf(word)!,
    detail: word,
    nowMs: 1_000,
  });
const shipsIn = (each: readonly { readonly resource: { readonly name: string } }[]) =>
  each.map(({ resource }) => resource.name);

describe('a bulk release', () => {
  const three = [
    lease('MINER-1', container('container-123')),
    lease('MINER-2', container('container-123')),
    lease('TRANSPORT-1', container('container-456')),
  ];

  it('[A213] is of every ship of the player that is held, each under its token, with the reason as it was said', () => {
    const { releases } = plan(three);
    expect(shipsIn(releases)).toEqual(['MINER-1', 'MINER-2', 'TRANSPORT-1']);
    expect(releases[0]).toStrictEqual({
      resource: ship('MINER-1'),
      holder: container('container-123'),
      token: 4,
      reason: 'daemon_shutdown',
      detail: 'shutdown',
    });
  });

  it('[A012] by hand tells how many it released', () => {
    const { releases } = plan(three, {}, 'manual_cleanup');
    expect(releases).toHaveLength(3);
    expect(new Set(releases.map(({ reason, detail }) => `${reason}: ${detail}`))).toEqual(
      new Set(['manual: manual_cleanup']),
    );
  });

  it('[A214] passes an idle ship over: it keeps its early_release', () => {
    expect(shipsIn(plan([lease('MINER-1', null), ...three.slice(1, 2)]).releases)).toEqual(['MINER-2']);
  });

  it("[A230] never touches another player's lease", () => {
    expect(shipsIn(plan([...three, lease('MINER-1', container('x'), 2)], { player: 2 }).releases)).toEqual(['MINER-1']);
    expect(plan([lease('MINER-1', container('x'), 11)]).releases).toEqual([]);
  });

  it('is narrowed to one holder, or to some ships', () => {
    expect(shipsIn(plan(three, { holderId: 'container-123' }).releases)).toEqual(['MINER-1', 'MINER-2']);
    expect(shipsIn(plan(three, { ships: ['MINER-2', 'GHOST'] }).releases)).toEqual(['MINER-2']);
  });

  it('is narrowed to an operation, or to what has been held for longer', () => {
    const young = {
      ...lease('MINER-9', container('x')),
      hold: { ...held(container('x'), 4, 900), operation: 'trade' },
    };
    const leases = [...three.slice(0, 1), young];
    expect(shipsIn(plan(leases, { operation: 'trade' }).releases)).toEqual(['MINER-9']);
    expect(shipsIn(plan(leases, { olderThanMs: 99 }).releases)).toEqual(['MINER-1', 'MINER-9']);
    expect(shipsIn(plan(leases, { olderThanMs: 100 }).releases)).toEqual(['MINER-1']);
  });

  it('[A231] keeps reservations, and passes other kinds of lease over', () => {
    const task = {
      ...lease('MINER-1', container('x')),
      resource: { kind: 'task', scope: '1', name: 'MINER-1' } as const,
    };
    const { releases, kept } = plan([lease('MINER-1', operator('ada')), task]);
    expect(releases).toEqual([]);
    expect(kept).toMatchObject([{ holder: operator('ada'), refusal: { type: 'ReservedByOperator' } }]);
  });

  it('keeps a laden ship and says what it owes', () => {
    const { releases, kept } = plan([{ ...lease('MINER-1', container('x')), obligations: [ore()] as never }]);
    expect(releases).toEqual([]);
    expect(kept).toMatchObject([
      { resource: ship('MINER-1'), reason: 'daemon_shutdown', refusal: { type: 'Laden', obligations: [ore()] } },
    ]);
  });
});
