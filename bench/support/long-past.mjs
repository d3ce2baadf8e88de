import { encodeEvent } from '../../dist/application/events/event-codec.js';
import { uuids } from '../../dist/infrastructure/ids.js';

/** Gives one ship of player 1 so many past events: grants and releases, as its own stream would have them. */
export async function appendPast(store, ship, events) {
  const resource = { kind: 'ship', scope: '1', name: ship };
  const holder = { kind: 'agent', id: 'past', attempt: 1 };
  const perAppend = 1_000;
  let previous = null;
  let revision = 'none';
  for (let done = 0; done < events; done += perAppend) {
    const batch = [];
    for (let each = 0; each < perAppend / 2; each++) {
      const token = (done + each * 2) / 2 + 1;
      const atMs = 1_700_000_000_000 + done + each;
      const inherited = { effects: [], obligations: [], previous };
      batch.push({ type: 'LeaseGranted', resource, token, holder, operation: 'bench', ttlMs: 30_000, atMs, inherited });
      const by = { kind: 'holder', id: 'past' };
      batch.push({ type: 'LeaseReleased', resource, token, holder, reason: 'completed', detail: '', by, atMs });
      previous = { holder, token, reason: 'completed', detail: '', freedAtMs: atMs };
    }
    const result = await store.append(`ship-1.${ship}`, revision, batch.map(recorded));
    if (result.type !== 'Appended') throw new Error('somebody else writes to the bench');
    revision = result.revision;
  }
}

function recorded(event) {
  const { type, data, schemaVersion } = encodeEvent(event);
  const commandId = uuids.uuid();
  return {
    id: uuids.uuid(),
    type,
    data,
    metadata: {
      commandId,
      $correlationId: commandId,
      $causationId: commandId,
      actor: { key: 'bench', role: 'system', player: null },
      via: 'test',
      schemaVersion,
    },
  };
}
