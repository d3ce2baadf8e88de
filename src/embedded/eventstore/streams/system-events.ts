import { randomBytes } from 'node:crypto';
import type { EventLog } from '../log/event-log.js';
import { nowTicks } from './clock.js';
import { eventRecord, metadataRecord } from './records.js';
import { metastreamOf } from './stream-name.js';

const settingsStream = '$settings';
const admins = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' };
const everybody = { $r: '$all', $w: '$all', $d: '$all', $mr: '$all', $mw: '$all' };

/** Clients expect that a log is never empty: a new one begins with the settings of the node. */
export async function writeFirstEvents(log: EventLog): Promise<void> {
  if (log.head(settingsStream).lastRevision !== -1) return;
  const createdTicks = nowTicks();
  const settings = {
    id: randomBytes(16),
    type: settingsStream,
    isJson: true,
    data: Buffer.from(JSON.stringify({ $userStreamAcl: everybody, $systemStreamAcl: admins })),
    metadata: new Uint8Array(0),
  };
  await log.append([
    eventRecord(settingsStream, 0, createdTicks, settings),
    metadataRecord(metastreamOf(settingsStream), 0, createdTicks, Buffer.from(JSON.stringify({ $acl: admins }))),
  ]);
}
