import type { ReactNode } from 'react';
import { useProjections } from '../api/reads.js';
import type { Projection } from '../api/types.js';
import { lengthOf } from '../say/moments.js';
import { Panel } from './panel.js';

export function ProjectionsPanel(): ReactNode {
  const read = useProjections();
  return (
    <Panel id="projections" title="Projections" reads={[read]}>
      <div className="scroll" tabIndex={0} role="region" aria-label="Projections, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">View</th>
              <th scope="col">Health</th>
              <th scope="col">Position</th>
              <th scope="col">Behind</th>
              <th scope="col">Parked</th>
            </tr>
          </thead>
          <tbody>
            {read.data?.projections.map((projection) => (
              <Row key={projection.view} projection={projection} />
            ))}
            {!read.data && (
              <tr>
                <td colSpan={5}>Not read yet.</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ projection }: { readonly projection: Projection }): ReactNode {
  const { mark, word, mood } = healthOf(projection);
  const { view, position, lagEvents, lagMs, parked, lastError } = projection;
  return (
    <tr data-view={view}>
      <th scope="row">{view}</th>
      <td className={`mood-${mood}`}>
        <span aria-hidden="true">{mark}</span> {word} {lastError && <small>{lastError.message}</small>}
      </td>
      <td className="number">{position ?? '–'}</td>
      <td className="number">
        {lagEvents === null ? 'not known' : `${lagEvents} event${lagEvents === 1 ? '' : 's'}`}
        {lagMs !== null && lagMs >= 1_000 && `, ${lengthOf(lagMs)}`}
      </td>
      <td className="number">{parked}</td>
    </tr>
  );
}

function healthOf({ role, readerAlive, parked, lagMs }: Projection) {
  if (role === 'standby') return { mark: '◐', word: 'another process keeps it', mood: 'waiting' };
  if (role !== 'projecting' || readerAlive === false) return { mark: '✕', word: 'not followed', mood: 'doubt' };
  if (parked > 0) return { mark: '▲', word: 'streams parked', mood: 'doubt' };
  if (lagMs !== null && lagMs > 5_000) return { mark: '▲', word: 'behind', mood: 'doubt' };
  return { mark: '●', word: 'follows', mood: 'steady' };
}
