import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { examples } from '../../support/examples.js';
import { ListHolds } from '../../../src/application/queries/assignments.js';
import { FindContainer, ListContainers, ListDaemons } from '../../../src/application/queries/containers.js';
import { Asking, idOf, shipOf, tour } from '../support/asking.js';

describe('asking for containers', () => {
  let asking: Asking;
  const value: Asking['value'] = (query) => asking.value(query);
  const write = (...events: readonly DomainEvent[]) => asking.write(...events);
  beforeEach(async () => {
    asking = await Asking.open();
  });
  afterEach(() => asking.close());

  describe('for containers', () => {
    beforeEach(() =>
      write(
        ...tour(1, 'COOPER-2'),
        ...tour(2, 'COOPER-3'),
        ...tour(1, 'COOPER-4'),
        examples.container.failed({ containerId: idOf('COOPER-4') }),
        examples.container.created({
          containerId: 'dock-1',
          containerType: 'DOCK',
          commandType: '',
          parentId: idOf('COOPER-2'),
        }),
      ),
    );

    it.each([
      [{}, [idOf('COOPER-2'), idOf('COOPER-3'), idOf('COOPER-4'), 'dock-1']],
      [{ player: 2 }, [idOf('COOPER-3')]],
      [{ statuses: ['FAILED' as const] }, [idOf('COOPER-4')]],
      [{ containerTypes: ['DOCK'] }, ['dock-1']],
      [{ commandTypes: ['ScoutTourCommand'], player: 2 }, [idOf('COOPER-3')]],
      [{ parentId: idOf('COOPER-2') }, ['dock-1']],
      [{ ship: 'COOPER-3' }, [idOf('COOPER-3')]],
      [{ after: idOf('COOPER-2') }, [idOf('COOPER-3'), idOf('COOPER-4')]],
    ])('filters by %j', async (filter, ids) => {
      const { rows } = await value(new ListContainers(filter));
      expect(rows.map(({ containerId }) => containerId)).toEqual([...ids].sort());
    });

    it('finds one, or none', async () => {
      expect(await value(new FindContainer({ containerId: 'dock-1' }))).toMatchObject({
        containerType: 'DOCK',
        status: 'PENDING',
      });
      expect(await value(new FindContainer({ containerId: 'dock-2' }))).toBeNull();
    });

    it('[A154] lists as daemons exactly the live ones, under their real status', async () => {
      await write(examples.container.interrupted({ containerId: idOf('COOPER-3') }));
      expect((await value(new ListDaemons())).map(({ containerId, status }) => [containerId, status])).toEqual([
        ['dock-1', 'PENDING'],
        [idOf('COOPER-2'), 'RUNNING'],
        [idOf('COOPER-3'), 'INTERRUPTED'],
      ]);
    });

    it('[A157] pairs leases with containers, and shows what stands alone on either side', async () => {
      const holder = examples.holder({ id: 'gone' });
      await write(
        examples.lease.granted({ resource: shipOf(1, 'COOPER-8'), holder }),
        examples.lease.released({ resource: shipOf(2, 'COOPER-3'), holder: examples.holder({ id: idOf('COOPER-3') }) }),
      );
      const pairs = await value(new ListHolds());
      expect(
        pairs.map(({ ship, assignment, container }) => [
          ship,
          assignment?.containerId ?? null,
          container?.status ?? null,
        ]),
      ).toEqual([
        ['COOPER-2', idOf('COOPER-2'), 'RUNNING'],
        ['COOPER-4', idOf('COOPER-4'), 'FAILED'],
        ['COOPER-8', 'gone', null],
        ['COOPER-2', null, 'PENDING'],
        ['COOPER-3', null, 'RUNNING'],
      ]);
    });
  });
});
