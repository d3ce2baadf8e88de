import { AsOfAhead } from '../../../src/application/queries/view-answer.js';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { eventually } from '../../support/eventually.js';
import { examples } from '../../support/examples.js';
import { FindAssignments, ListAssignments, SummariseOperations } from '../../../src/application/queries/assignments.js';
import { Asking, idOf, idle, markets, shipOf, tour } from '../support/asking.js';

const { atMs } = examples;

describe('asking for assignments', () => {
  let asking: Asking;
  const ask: Asking['ask'] = (query) => asking.ask(query);
  const value: Asking['value'] = (query) => asking.value(query);
  const write = (...events: readonly DomainEvent[]) => asking.write(...events);
  beforeEach(async () => {
    asking = await Asking.open();
  });
  afterEach(() => asking.close());

  describe('for assignments', () => {
    beforeEach(() => write(...tour(2, 'COOPER-2'), ...tour(1, 'COOPER-3'), ...idle(1, 'COOPER-4')));

    it('lists the leases in force by default, with the holding container and its config', async () => {
      const { rows, next } = await value(new ListAssignments());
      expect(rows.map(({ player, ship, status }) => [player, ship, status])).toEqual([
        [1, 'COOPER-3', 'active'],
        [2, 'COOPER-2', 'active'],
      ]);
      expect(next).toBeNull();
      expect(rows[0]).toMatchObject({
        containerId: idOf('COOPER-3'),
        holder: { kind: 'container', id: idOf('COOPER-3'), attempt: 1 },
        token: 1,
        operation: 'command',
        assignedAtMs: atMs,
        releasedAtMs: null,
        previous: null,
        container: { status: 'RUNNING', token: 1, config: { command_type: 'ScoutTourCommand', params: { markets } } },
      });
    });

    it('lists idle ones when asked, as idle', async () => {
      const { rows } = await value(new ListAssignments({ statuses: ['idle'] }));
      expect(rows).toMatchObject([
        {
          ship: 'COOPER-4',
          status: 'idle',
          holder: null,
          containerId: null,
          container: null,
          releasedAtMs: atMs + 1_000,
          releaseReason: 'completed',
          operation: 'mine',
          previous: { holder: { kind: 'agent', id: 'agent-7' }, token: 1 },
        },
      ]);
    });

    it('leaves a name out that only a flight of no ship has left', async () => {
      const ghost = shipOf(1, 'GHOST-1');
      const released = examples.lease.released({ resource: ghost, detail: 'unknown_ship', reason: 'failed' });
      await write(examples.lease.granted({ resource: ghost }), released);
      const all = { statuses: ['idle' as const] };
      expect((await value(new ListAssignments(all))).rows.map(({ ship }) => ship)).toEqual(['COOPER-4']);
      const asOf = { position: asking.head };
      expect((await value(new ListAssignments({ ...all, asOf }))).rows.map(({ ship }) => ship)).toEqual(['COOPER-4']);
      expect(await value(new FindAssignments({ ship: 'GHOST-1' }))).toMatchObject([{ status: 'idle' }]);
    });

    it.each([
      [{ player: 2 }, ['COOPER-2']],
      [{ containerId: idOf('COOPER-3') }, ['COOPER-3']],
      [{ operation: 'mine' }, []],
      [{ operation: 'mine', statuses: ['idle' as const] }, ['COOPER-4']],
    ])('filters by %j', async (filter, ships) => {
      expect((await value(new ListAssignments(filter))).rows.map(({ ship }) => ship)).toEqual(ships);
    });

    it('pages by key', async () => {
      const statuses = ['active', 'idle'] as const;
      const first = await value(new ListAssignments({ statuses, limit: 2 }));
      expect(first.rows.map(({ ship }) => ship)).toEqual(['COOPER-3', 'COOPER-4']);
      expect(first.next).toEqual({ player: 1, ship: 'COOPER-4' });
      const second = await value(new ListAssignments({ statuses, limit: 2, after: first.next ?? undefined }));
      expect(second.rows.map(({ ship }) => ship)).toEqual(['COOPER-2']);
      expect(second.next).toBeNull();
    });

    it("[A149] finds every player's ship of a symbol, and none that is unknown", async () => {
      await write(...tour(7, 'COOPER-9'), ...idle(8, 'COOPER-9'));
      const found = await value(new FindAssignments({ ship: 'COOPER-9' }));
      expect(found.map(({ player, status }) => [player, status])).toEqual([
        [7, 'active'],
        [8, 'idle'],
      ]);
      expect(await value(new FindAssignments({ ship: 'COOPER-9', player: 8 }))).toHaveLength(1);
      expect(await value(new FindAssignments({ ship: 'GHOST-1' }))).toEqual([]);
    });

    it('[A153] counts by operation and status', async () => {
      await write(...idle(1, 'COOPER-5'));
      expect(await value(new SummariseOperations())).toEqual([
        { operation: 'command', status: 'active', count: 2 },
        { operation: 'mine', status: 'idle', count: 2 },
      ]);
      expect(await value(new SummariseOperations({ player: 2 }))).toEqual([
        { operation: 'command', status: 'active', count: 1 },
      ]);
    });

    it('says what position it is of and how old it may be', async () => {
      await eventually(async () =>
        expect(await ask(new ListAssignments())).toMatchObject({
          type: 'Answered',
          position: asking.head,
          head: asking.head,
          parked: 0,
        }),
      );
      await eventually(async () => {
        const answer = await ask(new ListAssignments());
        expect(answer.type === 'Answered' && answer.ageMs).toBeLessThan(5_000);
      });
    });
  });

  describe('about the past', () => {
    it('answers as the log was at a position, or at an instant', async () => {
      await write(...tour(1, 'COOPER-2'), ...tour(1, 'COOPER-3'));
      const then = asking.head;
      const thenMs = Math.max(...(await asking.world.recorded()).map(({ createdMs }) => createdMs));
      await eventually(() => expect(systemClock.nowMs()).toBeGreaterThan(thenMs));
      const live = await value(new ListAssignments());
      await write(
        examples.lease.released({ resource: shipOf(1, 'COOPER-2'), holder: examples.holder({ id: idOf('COOPER-2') }) }),
        examples.container.completed({ containerId: idOf('COOPER-2') }),
      );
      expect((await value(new ListAssignments())).rows).toHaveLength(1);

      for (const asOf of [{ position: then }, { atMs: thenMs }]) {
        const past = await ask(new ListAssignments({ asOf }));
        expect(past).toMatchObject({ type: 'Answered', position: then, ageMs: 0 });
        expect(past).toHaveProperty('value', live);
        const one = await value(new FindAssignments({ ship: 'COOPER-2', asOf }));
        expect(one).toEqual(live.rows.slice(0, 1));
      }
      expect(await value(new FindAssignments({ ship: 'COOPER-2', asOf: { position: 0n } }))).toEqual([]);
      for (const asOf of [{ position: asking.head + 1n }, { atMs: Date.now() + 60_000 }]) {
        await expect(ask(new ListAssignments({ asOf }))).rejects.toThrow(AsOfAhead);
        await expect(ask(new FindAssignments({ ship: 'COOPER-2', asOf }))).rejects.toThrow(AsOfAhead);
      }
      expect((await value(new ListAssignments({ asOf: { position: then }, limit: 1 }))).next).toEqual({
        player: 1,
        ship: 'COOPER-2',
      });
    });
  });

  describe("for one's own write", () => {
    it('waits until the view reflects it', async () => {
      const position = await asking.world.writer.write(...tour(1, 'COOPER-2'));
      const answer = await ask(new FindAssignments({ ship: 'COOPER-2', minPosition: position }));
      expect(answer).toMatchObject({ type: 'Answered', value: [{ ship: 'COOPER-2' }] });
    });

    it('waits no longer than was said, and says how far the view is', async () => {
      await write(...tour(1, 'COOPER-2'));
      const answer = await ask(new FindAssignments({ ship: 'COOPER-2', minPosition: asking.head + 10n, waitMs: 60 }));
      expect(answer).toMatchObject({
        type: 'NotThereYet',
        view: 'fleet',
        position: asking.head,
        minPosition: asking.head + 10n,
      });
      expect(answer.type === 'NotThereYet' && answer.waitedMs).toBeGreaterThanOrEqual(60);
    });
  });
});
