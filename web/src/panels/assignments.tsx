import type { ReactNode } from 'react';
import { useHeartbeats, useContainers, useLiveness, useShips } from '../api/reads.js';
import type { Heartbeat, Container, Ship } from '../api/types.js';
import { verdictOf, type Mood } from '../judge/verdict.js';
import { Ago, useNow } from '../say/now.js';
import { Panel } from './panel.js';

const marks: Readonly<Record<Mood, string>> = { steady: '●', waiting: '◐', doubt: '▲', unknown: '?' };

/** Who holds what: the chain from the ship to the token, and whether there is life in it. */
export function AssignmentsPanel({ away }: { readonly away: boolean }): ReactNode {
  const ships = useShips();
  const containers = useContainers(false);
  const heartbeats = useHeartbeats();
  const liveness = useLiveness();
  const nowMs = useNow();
  const byId = new Map(containers.data?.flatMap((page) => page.containers).map((each) => [each.id, each]));
  const bySubject = new Map(heartbeats.data?.heartbeats.map((heartbeat) => [heartbeat.subject, heartbeat]));
  const stuck = new Map(
    liveness.data?.sweep.lastRun?.stale.map(({ resource, forMs }) => [`${resource.scope}.${resource.name}`, forMs]),
  );
  const held = ships.data?.flatMap((page) => page.ships) ?? [];
  return (
    <Panel id="assignments" title="Assignments" reads={[ships, containers, heartbeats, liveness]}>
      <div className="scroll" tabIndex={0} role="region" aria-label="Assignments, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">Ship</th>
              <th scope="col">Holder</th>
              <th scope="col">Container</th>
              <th scope="col">Attempt</th>
              <th scope="col">Token</th>
              <th scope="col">Since</th>
              <th scope="col">Last heartbeat</th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            {held.map((ship) => {
              const heartbeat = bySubject.get(subjectOf(ship));
              return (
                <Row
                  key={`${ship.player}.${ship.symbol}`}
                  {...{ ship, heartbeat, away, nowMs }}
                  container={byId.get(ship.container ?? '')}
                  readAgoMs={Math.max(0, nowMs - heartbeats.dataUpdatedAt)}
                  stuckForMs={stuck.get(`${ship.player}.${ship.symbol}`)}
                />
              );
            })}
            {held.length === 0 && (
              <tr>
                <td colSpan={8}>{ships.data ? 'No ship is held.' : 'Not read yet.'}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** Where a holder's heartbeats are kept: a container renews once for all its ships. */
function subjectOf({ container, player, symbol }: Ship): string {
  return container ? `container-${container}` : `ship-${player}.${symbol}`;
}

interface RowProps {
  readonly ship: Ship;
  readonly container: Container | undefined;
  readonly heartbeat: Heartbeat | undefined;
  readonly readAgoMs: number;
  readonly stuckForMs: number | undefined;
  readonly nowMs: number;
  readonly away: boolean;
}

function Row({ ship, heartbeat, readAgoMs, nowMs, ...rest }: RowProps): ReactNode {
  const { word, mood, why } = verdictOf({ ship, heartbeat, readAgoMs, nowMs, ...rest });
  const owes = ship.obligations.length;
  return (
    <tr data-ship={ship.symbol} data-verdict={word}>
      <th scope="row">
        {ship.symbol} <small>player {ship.player}</small>
      </th>
      <td>{ship.holder ? `${ship.holder.kind} ${ship.operation ?? ''}` : '–'}</td>
      <td className="id">{ship.container ?? ship.holder?.id ?? '–'}</td>
      <td className="number">{ship.holder?.attempt ?? '–'}</td>
      <td className="number">{ship.token}</td>
      <td>
        <Ago atMs={ship.assignedAtMs} />
      </td>
      <td>
        {heartbeat && heartbeat.token >= ship.token ? <Ago atMs={nowMs - heartbeat.agoMs - readAgoMs} /> : 'none'}
      </td>
      <td className={`verdict mood-${mood}`}>
        <span aria-hidden="true">{marks[mood]}</span> <strong>{word}</strong> <small>{why}</small>
        {owes > 0 && <small> · owes {owes}</small>}
        {ship.effects.length > 0 && <small> · {ship.effects.length} effects open</small>}
      </td>
    </tr>
  );
}
