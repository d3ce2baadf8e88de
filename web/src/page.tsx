import { useDeferredValue, type ReactNode } from 'react';
import { useSystems } from './api/reads.js';
import { FeedProvider, useLogFeed } from './api/use-feed.js';
import { useChoices } from './choices.js';
import { ConnectionBanner, ConnectionChip } from './connection.js';
import { SystemPanel } from './map/system-panel.js';
import { AssignmentsPanel } from './panels/assignments.js';
import { ContainersPanel } from './panels/containers.js';
import { EventsPanel } from './panels/events.js';
import { ProjectionsPanel } from './panels/projections.js';
import { NowProvider, useTicking } from './say/now.js';

export function Page(): ReactNode {
  const feed = useLogFeed();
  const shown = useDeferredValue(feed);
  const nowMs = useTicking();
  const [choices, choose] = useChoices();
  const systems = useSystems();
  const charted = systems.data?.systems ?? [];
  const system = charted.find(({ symbol }) => symbol === choices.system)?.symbol ?? charted[0]?.symbol ?? null;
  const away = feed.state.type === 'away';

  return (
    <NowProvider value={nowMs}>
      <FeedProvider value={shown}>
        <a className="skip" href="#assignments">
          Skip to the assignments
        </a>
        <header className="bar">
          <h1>Holdfast</h1>
          <label>
            System{' '}
            <select
              value={system ?? ''}
              disabled={charted.length === 0}
              onChange={({ target }) => choose({ system: target.value, waypoint: null })}
            >
              {charted.length === 0 && <option value="">none charted</option>}
              {charted.map(({ symbol, waypoints }) => (
                <option key={symbol} value={symbol}>
                  {symbol} ({waypoints} waypoints)
                </option>
              ))}
            </select>
          </label>
          <ConnectionChip state={feed.state} />
          <a href="/docs">API</a>
        </header>
        <main className={away ? 'away' : undefined}>
          <SystemPanel system={system} choices={choices} choose={choose} />
          <AssignmentsPanel away={away} />
          <ContainersPanel ended={choices.ended} choose={choose} />
          <ProjectionsPanel />
          <EventsPanel />
        </main>
        <ConnectionBanner state={feed.state} />
      </FeedProvider>
    </NowProvider>
  );
}
