import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { Asker } from './http.js';

/** All events of the log in their order, as the API gives them. */
export async function wholeLog(server: Asker): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after: string | null = '0'; after !== null;) {
    const { status, body } = await server.get(`events?limit=1000&after=${after}`);
    if (status !== 200) throw new Error(`the log answered ${status}`);
    for (const event of body.events) {
      events.push({ ...event, revision: BigInt(event.revision), position: BigInt(event.position) });
    }
    after = body.next as string | null;
  }
  return events;
}

/** Compares a view, row by row, with what the log gives. Rejects while PostgreSQL is away. */
export async function verifyView({ url }: { readonly url: string }, view: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/projections/rebuild`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ view, verifyOnly: true }),
  });
  const lines = (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly type: string });
  const told = lines.map(({ type }) => type).filter((type) => type !== 'Progress');
  if (String(told) !== 'Verified,Done') throw new Error(`${view} is not as the log has it: ${JSON.stringify(lines)}`);
}
