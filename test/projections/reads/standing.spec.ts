import { DatabaseUnavailable } from '../../../src/application/ports/views.js';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { eventually } from '../../support/eventually.js';
import { examples } from '../../support/examples.js';
import { ListAssignments } from '../../../src/application/queries/assignments.js';
import { ListParked, ListProjections } from '../../../src/application/queries/projections.js';
import { views } from '../../../src/projections/views.js';
import { Asking, tour } from '../support/asking.js';

describe('asking how the views stand', () => {
  let asking: Asking;
  const ask: Asking['ask'] = (query) => asking.ask(query);
  const value: Asking['value'] = (query) => asking.value(query);
  const write = (...events: readonly DomainEvent[]) => asking.write(...events);
  beforeEach(async () => {
    asking = await Asking.open();
  });
  afterEach(() => asking.close());

  it('tells how the projections stand, and what is parked', async () => {
    await asking.world.writer.writeRaw('ship-1.ODD-1', {
      ...examples.newEvent(examples.player.registered()),
      type: 'Odd',
    });
    await write(...tour(1, 'COOPER-2'));
    const statuses = await ask(new ListProjections());
    expect(statuses.map(({ view }) => view)).toEqual(views.map(({ name }) => name));
    expect(statuses[0]).toMatchObject({ role: 'projecting', parked: 1, position: asking.head });
    expect(await ask(new ListParked())).toMatchObject([{ view: 'fleet', stream: 'ship-1.ODD-1', eventType: 'Odd' }]);
    expect(await ask(new ListParked({ view: 'players' }))).toEqual([]);
    expect(await ask(new ListAssignments())).toMatchObject({ parked: 1 });
  });

  it('puts reads off while a view is folded for the first time, and says so', async () => {
    await write(...tour(1, 'COOPER-2'));
    const [first] = asking.world.projecting;
    await first?.stop();
    await asking.world.database.query('DELETE FROM ship_assignments');
    await asking.world.database.query('DELETE FROM projection_checkpoints');

    expect(await ask(new ListAssignments())).toMatchObject({ type: 'NotThereYet', minPosition: null });
    expect(await ask(new ListAssignments({ minPosition: 0n }))).toMatchObject({ minPosition: null });

    const second = asking.world.project();
    const later = ask(new ListAssignments());
    await asking.world.reached(asking.head);
    expect(await later).toMatchObject({ type: 'Answered', value: { rows: [{ ship: 'COOPER-2' }] } });
    await eventually(() => expect(second.statuses().map(({ complete }) => complete)).toEqual(views.map(() => true)));
  });

  it('[A155] rejects while PostgreSQL lets nobody in, and answers again after', async () => {
    await write(...tour(1, 'COOPER-2'));
    const closed = await asking.world.shutOut();
    await expect(ask(new ListAssignments())).rejects.toThrow(DatabaseUnavailable);
    await expect(ask(new ListAssignments({ minPosition: asking.head }))).rejects.toThrow(DatabaseUnavailable);
    expect(await ask(new ListProjections())).toHaveLength(views.length);
    await closed.open();
    expect((await value(new ListAssignments())).rows).toHaveLength(1);
  });
});
