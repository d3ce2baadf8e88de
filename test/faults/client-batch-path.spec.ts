import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { serveEventStore } from '../support/event-store.js';
import { examples } from '../support/examples.js';
import { ScriptedStore } from '../support/scripted-store.js';

const client = createRequire(import.meta.url).resolve('@eventstore/db-client');

/** Appends as the client does by itself, and prints what came of it. */
const stockAppend = `
  const { EventStoreDBClient, jsonEvent } = require(${JSON.stringify(client)});
  const client = EventStoreDBClient.connectionString(process.argv[1]);
  client.appendToStream('ship-1.COOPER-2', jsonEvent({ type: 'Noted', data: {} }), { expectedRevision: 'no_stream' })
    .then(() => setTimeout(() => { console.log('alive'); process.exit(0); }, 500));
`;

function runStock(
  connectionString: string,
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', stockAppend, connectionString], { env: {} }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const granted = () => ({ ...examples.newEvent(examples.lease.granted()), id: randomUUID() });

describe('the batch path of the official client', () => {
  it('ends a process that takes it, when an append is answered twice', async () => {
    const server = await ScriptedStore.start({ advertiseBatchAppend: true });
    try {
      const { code, stdout, stderr } = await runStock(server.connectionString);
      expect(server.calls).toContain('batchAppend');
      expect(code).not.toBe(0);
      expect(stdout).not.toContain('alive');
      expect(stderr).toContain('TypeError');
    } finally {
      server.stop();
    }
  });

  it('is not taken by ours, though the server offers it', async () => {
    const server = await ScriptedStore.start({ advertiseBatchAppend: true });
    const store = connectEventStore(server.connectionString);
    try {
      for (let n = 0; n < 5; n++) {
        expect((await store.append(`ship-1.${n}`, 'none', [granted()])).type).toBe('Appended');
      }
      expect(server.calls).toEqual(['append', 'append', 'append', 'append', 'append']);
    } finally {
      await store.close();
      server.stop();
    }
  });

  it('is not taken by ours against the embedded event store that offers it', async () => {
    const batch = jest.spyOn(streams.StreamsClient.prototype, 'batchAppend');
    const single = jest.spyOn(streams.StreamsClient.prototype, 'append');
    const { store, stop } = await serveEventStore({ memory: true, advertiseBatchAppend: true });
    try {
      expect((await store.append('ship-1.COOPER-2', 'none', [granted()])).type).toBe('Appended');
      expect(single).toHaveBeenCalledTimes(1);
      expect(batch).not.toHaveBeenCalled();
    } finally {
      await stop();
      jest.restoreAllMocks();
    }
  });
});
