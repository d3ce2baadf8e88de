import type { EventMetadata, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { judgeContention } from './judge.js';
import type { Note, Records } from './records.js';

const stream = 'tasklock-contended.door';
const resource = { kind: 'task', scope: 'contended', name: 'door' };

type Change = Partial<RecordedEvent> & { readonly data?: object };

/** A history of two holders, one after the other; the second falls silent. */
function history(change: Readonly<Record<number, Change>> = {}): readonly RecordedEvent[] {
  const holder = (id: string) => ({ kind: 'agent', id, attempt: 1 });
  const by = { kind: 'holder', id: 'node-1-1' };
  const evidence = { silentForMs: 1_600, ttlMs: 1_500, lastBeat: null, observedRevision: '2', monitor: 'm' };
  const data = [
    ['LeaseGranted', { token: 1, holder: holder('node-1-1'), atMs: 1_000 }],
    ['LeaseReleased', { token: 1, holder: holder('node-1-1'), atMs: 2_000, reason: 'completed', by }],
    ['LeaseGranted', { token: 2, holder: holder('shell-2-1'), atMs: 3_000 }],
    ['LeaseExpired', { token: 2, holder: holder('shell-2-1'), atMs: 6_000, evidence }],
  ] as const;
  return data.map(([type, fields], index) => {
    const { data: more = {}, ...rest } = change[index] ?? {};
    const metadata: EventMetadata = {
      ...{ commandId: `c${index}`, $correlationId: 'c', $causationId: 'c', schemaVersion: 1 },
      actor: { key: 'anonymous', role: 'operator', player: null },
      via: 'http',
    };
    const event = { id: String(index), type, stream, metadata, createdMs: 0 };
    const places = { revision: BigInt(index), position: BigInt(index + 1) };
    return { ...event, ...places, data: { resource, ...fields, ...more }, ...rest };
  });
}

const notes: readonly Note[] = [
  { atMs: 990, run: 'node-1', what: 'asks', resource: stream, holder: 'node-1-1' },
  { atMs: 1_010, run: 'node-1', what: 'began', resource: stream, holder: 'node-1-1', token: 1 },
  { atMs: 1_990, run: 'node-1', what: 'ended', resource: stream, holder: 'node-1-1', token: 1, how: 'finished' },
  { atMs: 2_500, run: 'shell-2', what: 'asks', resource: stream, holder: 'shell-2-1' },
  { atMs: 3_010, run: 'shell-2', what: 'began', resource: stream, holder: 'shell-2-1', token: 2 },
];
const sound: Records = { notes, writes: [], endOf: new Map([['shell-2', 4_000]]), killed: new Set(['shell-2']) };
const noteChanged = (index: number, change: Partial<Note>): Records => ({
  ...sound,
  notes: notes.map((note, at) => (at === index ? { ...note, ...change } : note)),
});
const findingsOf = (events: readonly RecordedEvent[], records: Records) => judgeContention(events, records).findings;

describe('the judge of contention', () => {
  it('explains a sound history and finds nothing', () => {
    const { findings, explained } = judgeContention(history(), sound);
    expect(findings).toEqual([]);
    expect(explained).toEqual({
      'granted to a node program, via http': 1,
      'its holder gave it back: finished': 1,
      'granted to a shell program, via http': 1,
      'expired: its holder was killed': 1,
    });
  });

  it.each<[string, readonly RecordedEvent[], Records, RegExp]>([
    [
      'a grant that nobody asked for',
      history(),
      noteChanged(3, { holder: 'x' }),
      /^unexplained: LeaseGranted .+ under 2/,
    ],
    [
      'a grant before it was asked for',
      history(),
      noteChanged(0, { atMs: 1_100 }),
      /^unexplained: LeaseGranted .+ under 1/,
    ],
    [
      'a release that its holder did not mean',
      history(),
      noteChanged(2, { how: 'lost' }),
      /^unexplained: LeaseReleased/,
    ],
    [
      'a process taken for dead that lives',
      history({ 3: { type: 'LeaseReleased', data: { reason: 'dead_process', by: { kind: 'system', id: 'm' } } } }),
      { ...sound, killed: new Set<string>(), endOf: new Map() },
      /^unexplained: LeaseReleased .+dead_process/,
    ],
    ['a holder expired that lives', history(), { ...sound, killed: new Set<string>() }, /^unexplained: LeaseExpired/],
    [
      'a holder expired too early',
      history({ 3: { data: { evidence: { silentForMs: 9, ttlMs: 1_500 } } } }),
      sound,
      /^unexplained: LeaseExpired/,
    ],
    ['a token used again', history({ 2: { data: { token: 1 } }, 3: { data: { token: 1 } } }), sound, /^rising-token/],
    ['work that went on under a successor', history(), noteChanged(2, { atMs: 3_500 }), /^overlap on .+ for 500 ms/],
    ['a token that was never granted', history(), noteChanged(4, { token: 7 }), /was told token 7/],
    [
      'a write that came late',
      history(),
      {
        ...sound,
        writes: [
          { atMs: 3_100, run: 'shell-2', resource: stream, token: 2, accepted: true },
          { atMs: 3_600, run: 'node-1', resource: stream, token: 1, accepted: false },
        ],
      },
      /^late write/,
    ],
  ])('finds %s', (_, events, records, finding) => {
    expect(findingsOf(events, records)).toContainEqual(expect.stringMatching(finding));
  });

  it('knows a process for gone a moment before the one that killed it is told', () => {
    const events = history({
      3: { type: 'LeaseReleased', data: { reason: 'dead_process', by: { kind: 'system', id: 'm' }, atMs: 3_900 } },
    });
    const { findings, explained } = judgeContention(events, sound);
    expect(findings).toEqual([]);
    expect(explained).toMatchObject({ 'its process was gone (dead_process), via http': 1 });
  });

  it('finds a phase that was completed twice', () => {
    const [one, two, three, four] = history();
    const completed = (position: bigint, revision: bigint) => ({
      ...{ ...one!, type: 'PhaseCompleted', stream: 'flow-f', position, revision },
      data: { phase: 'one', token: 1, atMs: 5 },
    });
    const events = [one!, two!, three!, four!, completed(5n, 0n), completed(6n, 1n)];
    expect(findingsOf(events, sound)).toEqual(['PhaseCompleted flow-f one: 2 times']);
  });
});
