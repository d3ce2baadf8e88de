import type { QueryBus } from '@nestjs/cqrs';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import type { ListPlayers } from '../../../src/application/queries/players.js';
import { FindPlayer, FindPlayerHandler } from '../../../src/application/registry/find-player.js';

/** Views that show a player from a position of the log on. */
function viewsFrom(position: bigint) {
  const asked: (bigint | undefined)[] = [];
  const execute = ({ ask: fresh }: ListPlayers) => {
    asked.push(fresh.minPosition);
    const rows = (fresh.minPosition ?? 0n) >= position ? [{ player: 7, agentSymbol: 'NEW', registeredAtMs: 1 }] : [];
    return Promise.resolve({ type: 'Answered', value: rows, asOf: null });
  };
  const store = { headPosition: () => Promise.resolve(40n) } as Partial<EventStore> as EventStore;
  return { asked, handler: new FindPlayerHandler({ execute } as unknown as QueryBus, store) };
}

describe('an agent by its name', () => {
  it('is found although it was registered a moment ago and is not in the views yet', async () => {
    const { asked, handler } = viewsFrom(40n);
    expect(await handler.execute(new FindPlayer({ agent: 'NEW' }))).toEqual({ type: 'Found', player: 7 });
    expect(asked).toEqual([undefined, 40n]);
  });

  it('is looked for once where the views have it', async () => {
    const { asked, handler } = viewsFrom(0n);
    expect(await handler.execute(new FindPlayer({ agent: 'NEW' }))).toEqual({ type: 'Found', player: 7 });
    expect(asked).toEqual([undefined]);
  });

  it('is unknown only where the log has nobody of that name', async () => {
    const { handler } = viewsFrom(41n);
    expect(await handler.execute(new FindPlayer({ agent: 'NEW' }))).toEqual({ type: 'UnknownAgent', agent: 'NEW' });
  });
});
