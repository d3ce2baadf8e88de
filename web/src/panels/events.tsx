import type { ReactNode } from 'react';
import type { StreamedEvent } from '../api/types.js';
import { useFeed } from '../api/use-feed.js';
import { clockTime } from '../say/moments.js';
import { useNow } from '../say/now.js';
import { Panel } from './panel.js';

const shown = 50;

/** What is written while the page is open, newest first. */
export function EventsPanel(): ReactNode {
  const { events } = useFeed();
  return (
    <Panel id="events" title="Live events" reads={[]}>
      <ol className="events scroll" tabIndex={0} aria-label="Live events, newest first">
        {events.slice(0, shown).map((event) => (
          <Line key={event.position} event={event} />
        ))}
        {events.length === 0 && <li>Nothing was written since this page was opened.</li>}
      </ol>
    </Panel>
  );
}

function Line({ event: { at, stream, type, data, position } }: { readonly event: StreamedEvent }): ReactNode {
  const nowMs = useNow();
  return (
    <li data-type={type}>
      <time dateTime={at} title={`position ${position}`}>
        {clockTime(Date.parse(at), nowMs)}
      </time>{' '}
      <strong>{wordsOf(type)}</strong> <span className="id">{stream}</span> <small>{detailOf(data)}</small>
    </li>
  );
}

/** `ContainerMarketVisited` is read as "Container market visited". */
function wordsOf(type: string): string {
  return type.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

const telling = ['operation', 'waypoint', 'iteration', 'action', 'result', 'good', 'units', 'reason', 'error', 'token'];

function detailOf(data: StreamedEvent['data']): string {
  return telling
    .filter((name) => ['string', 'number'].includes(typeof data[name]) && data[name] !== '')
    .map((name) => `${name} ${String(data[name])}`)
    .join(' · ');
}
