import type { ReactNode } from 'react';
import { useContainers } from '../api/reads.js';
import type { Container } from '../api/types.js';
import type { Choices } from '../choices.js';
import { Ago, useNow } from '../say/now.js';
import { lengthOf } from '../say/moments.js';
import { Panel } from './panel.js';

const marks: Readonly<Record<Container['status'], string>> = {
  PENDING: '○',
  STARTING: '◔',
  RUNNING: '●',
  STOPPING: '◑',
  STOPPED: '■',
  COMPLETED: '✓',
  FAILED: '✕',
  INTERRUPTED: '▲',
};

interface ContainersProps {
  readonly ended: boolean;
  readonly choose: (change: Partial<Choices>) => void;
}

export function ContainersPanel({ ended, choose }: ContainersProps): ReactNode {
  const read = useContainers(ended);
  const containers = read.data?.flatMap((page) => page.containers) ?? [];
  const newestFirst = containers.toSorted((one, other) => other.createdAtMs - one.createdAtMs);
  const aside = (
    <label>
      <input type="checkbox" checked={ended} onChange={({ target }) => choose({ ended: target.checked })} /> ended too
    </label>
  );
  return (
    <Panel id="containers" title="Containers" reads={[read]} aside={aside}>
      <div className="scroll" tabIndex={0} role="region" aria-label="Containers, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">Container</th>
              <th scope="col">Does</th>
              <th scope="col">Status</th>
              <th scope="col">Attempt</th>
              <th scope="col">Restarts</th>
              <th scope="col">Iteration</th>
              <th scope="col">Ships</th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody>
            {newestFirst.map((container) => (
              <Row key={container.id} container={container} />
            ))}
            {containers.length === 0 && (
              <tr>
                <td colSpan={8}>{read.data ? 'No container.' : 'Not read yet.'}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ container }: { readonly container: Container }): ReactNode {
  const { id, status, attempt, restartCount, maxRestarts, iteration, maxIterations } = container;
  return (
    <tr data-container={id} data-status={status}>
      <th scope="row" className="id">
        {id} <small>player {container.player}</small>
      </th>
      <td>{container.commandType || container.type}</td>
      <td className={`status-${status.toLowerCase()}`}>
        <span aria-hidden="true">{marks[status]}</span> {status} <Detail container={container} />
      </td>
      <td className="number">{attempt}</td>
      <td className="number">
        {restartCount} of {maxRestarts}
      </td>
      <td className="number">
        {iteration}
        {maxIterations > 0 && ` of ${maxIterations}`}
      </td>
      <td>{container.ships.join(', ') || '–'}</td>
      <td>
        <Ago atMs={container.updatedAtMs} />
      </td>
    </tr>
  );
}

function Detail({ container }: { readonly container: Container }): ReactNode {
  const nowMs = useNow();
  const { status, backOff, lastError, exitReason } = container;
  if (backOff) return <small>backs off for {lengthOf(backOff.notBeforeMs - nowMs)} more</small>;
  if (status === 'INTERRUPTED') return <small>{exitReason ?? 'keeps its leases until it goes on'}</small>;
  const why = exitReason ?? lastError;
  return why !== null && why !== '' && <small>{why}</small>;
}
