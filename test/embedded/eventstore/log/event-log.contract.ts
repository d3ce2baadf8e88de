import fc from 'fast-check';
import type { EventLog, LogRecord, NewRecord } from '../../../../src/embedded/eventstore/log/event-log.js';
import { aRecord, content, names, someRecords } from './records.js';

/** What every event log promises. `open` gives an empty one; the suite closes it. */
export function eventLogContract(title: string, open: () => Promise<EventLog>): void {
  describe(title, () => {
    let log: EventLog;
    beforeEach(async () => {
      log = await open();
    });
    afterEach(() => log.close());

    const everything = () => log.readAll(0, 'forwards', Infinity);

    describe('appending', () => {
      it('gives strictly rising positions, the first at least 1', async () => {
        const first = await log.append(someRecords('ship-1', 0, 3));
        const second = await log.append([aRecord('ship-2', 0)]);
        const positions = [...first, ...second];
        expect(positions).toHaveLength(4);
        expect(positions[0]).toBeGreaterThanOrEqual(1);
        expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
      });

      it('keeps every field of a record, also empty, binary and non-ASCII ones', async () => {
        const written: NewRecord[] = [
          aRecord('schiff-Ähre-🚢', 0, { type: 'Übergabe', data: Buffer.from([0, 255, 0]), isJson: false }),
          aRecord('x', 0, { data: new Uint8Array(0), metadata: new Uint8Array(0), createdTicks: 2n ** 62n }),
          aRecord('s'.repeat(70_000), 0, { type: 't'.repeat(3_000), id: new Uint8Array(16).fill(7) }),
        ];
        await log.append(written);
        expect((await everything()).map(content)).toEqual(
          written.map((record) => content({ ...record, position: 0, end: 0 })),
        );
      });

      it('counts a record in heads, positions and single reads before it is durable, and in nothing else', async () => {
        const appended = log.append(someRecords('ship-1', 0, 2));
        expect(log.head('ship-1')).toEqual({ lastRevision: 1, tombstoned: false });
        const position = log.positionOf('ship-1', 1)!;
        expect(log.lastPosition).toBe(0);
        expect((await log.read(position)).revision).toBe(1);
        expect(await appended).toEqual([log.positionOf('ship-1', 0), position]);
        expect(log.lastPosition).toBe(position);
      });

      it('is asked for many appends at once and keeps them in the order of asking', async () => {
        const positions = await Promise.all(
          Array.from({ length: 200 }, (_, index) => log.append([aRecord('ship-1', index)])),
        );
        expect(positions.flat()).toEqual((await everything()).map(({ position }) => position));
        expect(names(await everything())).toEqual(positions.map((_, index) => `ship-1@${index}`));
      });

      it('refuses a revision that does not follow the head, and changes nothing', async () => {
        await log.append(someRecords('ship-1', 0, 2));
        for (const wrong of [[aRecord('ship-1', 1)], [aRecord('ship-1', 3)], [aRecord('ship-1', 2), aRecord('new', 1)]])
          await expect(log.append(wrong)).rejects.toThrow(RangeError);
        expect(log.head('ship-1').lastRevision).toBe(1);
        expect(log.head('new').lastRevision).toBe(-1);
        await log.append([aRecord('ship-1', 2)]);
        expect(await everything()).toHaveLength(3);
      });

      it('refuses an id that is not 16 bytes, and changes nothing', async () => {
        const wrong = [aRecord('ship-1', 0), aRecord('ship-1', 1, { id: new Uint8Array(15) })];
        await expect(log.append(wrong)).rejects.toThrow('16 bytes');
        expect(log.head('ship-1').lastRevision).toBe(-1);
        expect(await log.append([aRecord('ship-1', 0)])).toHaveLength(1);
      });

      it('adds nothing for an append of no records', async () => {
        expect(await log.append([])).toEqual([]);
        expect(await everything()).toEqual([]);
      });

      it('settles when everything asked for so far is durable', async () => {
        void log.append(someRecords('ship-1', 0, 5));
        void log.append([aRecord('ship-2', 0)]);
        await log.settled();
        expect(await everything()).toHaveLength(6);
        await log.settled();
      });
    });

    describe('a tombstone', () => {
      it('ends its stream and is seen in the log only', async () => {
        await log.append(someRecords('ship-1', 0, 2));
        await log.append([aRecord('ship-1', 0, { tombstone: true })]);
        await log.append([aRecord('never', 0, { tombstone: true })]);
        expect(log.head('ship-1')).toEqual({ lastRevision: 1, tombstoned: true });
        expect(log.head('never')).toEqual({ lastRevision: -1, tombstoned: true });
        expect(names(await log.readStream('ship-1', 0, 'forwards', 10))).toEqual(['ship-1@0', 'ship-1@1']);
        expect(names(await everything())).toEqual(['ship-1@0', 'ship-1@1', 'ship-1@end', 'never@end']);
        await expect(log.append([aRecord('ship-1', 2)])).rejects.toThrow('tombstoned');
      });
    });

    describe('reading a stream', () => {
      beforeEach(async () => {
        for (let revision = 0; revision < 10; revision += 2) {
          await log.append(someRecords('ship-1', revision, 2));
          await log.append([aRecord('ship-2', revision / 2)]);
        }
      });

      const revisions = async (revision: number, direction: 'forwards' | 'backwards', max: number) =>
        (await log.readStream('ship-1', revision, direction, max)).map((record) => record.revision);

      it('goes forwards and backwards from a revision, inclusive', async () => {
        expect(await revisions(7, 'forwards', 10)).toEqual([7, 8, 9]);
        expect(await revisions(2, 'backwards', 10)).toEqual([2, 1, 0]);
        expect(await revisions(4, 'forwards', 2)).toEqual([4, 5]);
        expect(await revisions(4, 'backwards', 2)).toEqual([4, 3]);
      });

      it('starts backwards at the head when asked for later, and finds nothing forwards beyond it', async () => {
        expect(await revisions(99, 'backwards', 1)).toEqual([9]);
        expect(await revisions(Number.MAX_SAFE_INTEGER, 'backwards', 1)).toEqual([9]);
        expect(await revisions(10, 'forwards', 1)).toEqual([]);
        expect(await revisions(0, 'forwards', 0)).toEqual([]);
      });

      it('finds nothing in an unknown stream', async () => {
        expect(await log.readStream('nobody', 0, 'forwards', 10)).toEqual([]);
        expect(log.head('nobody')).toEqual({ lastRevision: -1, tombstoned: false });
        expect(log.positionOf('nobody', 0)).toBeUndefined();
        expect(log.positionOf('ship-1', 10)).toBeUndefined();
      });

      it('reads one record by its position, and nothing between records', async () => {
        const position = log.positionOf('ship-1', 4)!;
        expect(await log.read(position)).toMatchObject({ stream: 'ship-1', revision: 4, position });
        await expect(log.read(position + 1)).rejects.toThrow(RangeError);
      });
    });

    describe('reading the log', () => {
      let records: LogRecord[];
      beforeEach(async () => {
        for (let revision = 0; revision < 12; revision += 3) await log.append(someRecords('ship-1', revision, 3));
        records = await everything();
      });

      it('goes forwards from a position, inclusive', async () => {
        expect(await log.readAll(records[5]!.position, 'forwards', 3)).toEqual(records.slice(5, 8));
        expect(await log.readAll(records[5]!.position + 1, 'forwards', 1)).toEqual(records.slice(6, 7));
        expect(await log.readAll(log.durableEnd, 'forwards', 9)).toEqual([]);
      });

      it('goes backwards from a position, exclusive', async () => {
        expect(await log.readAll(records[5]!.position, 'backwards', 3)).toEqual(records.slice(2, 5).reverse());
        expect(await log.readAll(records[5]!.end - 1, 'backwards', 1)).toEqual([records[4]]);
        expect(await log.readAll(records[5]!.end, 'backwards', 1)).toEqual([records[5]]);
        expect(await log.readAll(log.durableEnd, 'backwards', Infinity)).toEqual(records.toReversed());
        expect(await log.readAll(0, 'backwards', 9)).toEqual([]);
        expect(await log.readAll(records[0]!.position, 'backwards', 9)).toEqual([]);
      });

      it('begins each record at or after the end of the one before', () => {
        for (const [index, record] of records.entries())
          expect(record.position).toBeGreaterThanOrEqual(records[index - 1]?.end ?? 1);
        expect(log.durableEnd).toBeGreaterThanOrEqual(records.at(-1)!.end);
      });

      it('answers for any position and either direction as a search through all records would', async () => {
        const anywhere = fc.record({ position: fc.nat(log.durableEnd + 10), max: fc.nat(14) });
        await fc.assert(
          fc.asyncProperty(anywhere, async ({ position, max }) => {
            const after = records.filter((record) => record.position >= position).slice(0, max);
            const before = records.toReversed().filter(({ end }) => end <= position);
            expect(await log.readAll(position, 'forwards', max)).toEqual(after);
            expect(await log.readAll(position, 'backwards', max)).toEqual(before.slice(0, max));
          }),
          { numRuns: 300 },
        );
      });
    });

    describe('listening', () => {
      it('hears every record once, in log order, readable, and before its append resolves', async () => {
        const heard: LogRecord[] = [];
        let readable = true;
        log.onDurable((records) => {
          heard.push(...records);
          readable &&= log.lastPosition === records.at(-1)!.position && log.durableEnd >= records.at(-1)!.end;
        });
        const appends = Array.from({ length: 50 }, async (_, index) => {
          const positions = await log.append(someRecords('ship-1', index * 2, 2));
          expect(heard.at(-1)!.position).toBeGreaterThanOrEqual(positions.at(-1)!);
        });
        await Promise.all(appends);
        expect(heard).toEqual(await everything());
        expect(heard).toHaveLength(100);
        expect(readable).toBe(true);
      });

      it('stops when told to', async () => {
        let heard = 0;
        const stop = log.onDurable(() => (heard += 1));
        await log.append([aRecord('ship-1', 0)]);
        stop();
        await log.append([aRecord('ship-1', 1)]);
        expect(heard).toBe(1);
      });
    });

    describe('closing', () => {
      it('waits for the appends under way, and refuses what comes later', async () => {
        const appended = log.append([aRecord('ship-1', 0)]);
        await log.close();
        expect(await appended).toHaveLength(1);
        await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow('closed');
        await expect(log.readAll(0, 'forwards', 1)).rejects.toThrow('closed');
        await expect(log.readStream('ship-1', 0, 'forwards', 1)).rejects.toThrow('closed');
        expect(log.head('ship-1').lastRevision).toBe(0);
      });
    });
  });
}
