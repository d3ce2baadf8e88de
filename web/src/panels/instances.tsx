import type { ReactNode } from 'react';
import { useInstances } from '../api/reads.js';
import type { receiptWords } from '../../../src/domain/recovery/receipt.js';
import type { Instance } from '../api/types.js';
import { lengthOf } from '../say/moments.js';
import { Ago } from '../say/now.js';
import { Panel } from './panel.js';

/** How the processes came up and went: what became of every lease that a start found. */
export function InstancesPanel(): ReactNode {
  const read = useInstances();
  return (
    <Panel id="instances" title="Starts and stops" reads={[read]}>
      <div className="scroll" tabIndex={0} role="region" aria-label="Starts and stops, scrollable">
        <table>
          <thead>
            <tr>
              <th scope="col">Instance</th>
              <th scope="col">Started</th>
              <th scope="col">Receipt of its start</th>
              <th scope="col">How it went</th>
            </tr>
          </thead>
          <tbody>
            {read.data?.instances.map((instance, index) => (
              <Row key={instance.instance} instance={instance} isLatest={index === 0} />
            ))}
            {!read.data && (
              <tr>
                <td colSpan={4}>Not read yet.</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ instance, isLatest }: { readonly instance: Instance; readonly isLatest: boolean }): ReactNode {
  const { recovery, stop, startedAtMs } = instance;
  return (
    <tr data-instance={instance.instance}>
      <th scope="row" className="id">
        {instance.instance}
      </th>
      <td>
        <Ago atMs={startedAtMs} />
      </td>
      <td>
        {recovery ? (
          <>
            {receiptText(recovery.receipt)}, in {lengthOf(recovery.tookMs)}
          </>
        ) : (
          'none yet'
        )}
        {recovery?.receipt.lost.map(({ containerId, reason }) => (
          <div key={containerId} className="mood-doubt">
            ▲ {containerId}: {reason}
          </div>
        ))}
      </td>
      <td>
        {stop ? (
          <>
            {stopText(stop)} <Ago atMs={stop.atMs} />
          </>
        ) : isLatest ? (
          'runs'
        ) : (
          'no stop was recorded: it runs, or was killed'
        )}
      </td>
    </tr>
  );
}

/** As the log and the command line tell it: the compiler holds every word to theirs. */
const words: typeof receiptWords = {
  adopted: 'adopted',
  run: 'run already',
  awaitingWorker: 'awaiting their worker',
  sessions: 'held by sessions',
  reserved: 'reserved',
  beingMade: 'being made',
  released: 'released with evidence',
  laden: 'kept laden',
  unverified: 'kept unverified',
};

type Receipt = NonNullable<Instance['recovery']>['receipt'];

function receiptText(receipt: Receipt): string {
  const parts = (Object.keys(words) as (keyof typeof words)[]).filter((part) => receipt[part] > 0);
  const counted = parts.map((part) => `${receipt[part]} ${words[part]}`);
  const leases = `${receipt.leases} ${receipt.leases === 1 ? 'lease' : 'leases'}`;
  return `${leases}: ${[...counted, `${receipt.lost.length} lost`].join(', ')}`;
}

function stopText({ reason, manifest }: NonNullable<Instance['stop']>): string {
  if (!manifest) return `stopped by ${reason}`;
  const { interrupted, cut } = manifest;
  return `stopped by ${reason}: ${interrupted.length} interrupted, of which ${cut.length} cut`;
}
