import { lockName } from '../../../src/infrastructure/cli/parse/lock-name.js';
import { shellExports } from '../../../src/infrastructure/cli/print/shell-exports.js';
import type { RecordedEvent } from '../../../src/infrastructure/cli/answers.js';
import { holdsOf } from '../../../src/infrastructure/cli/print/holds.js';
import { momentsIn, span } from '../../../src/infrastructure/cli/print/moments.js';
import { coloured } from '../../../src/infrastructure/cli/invocation.js';
import { shareOf, toldOutcome } from '../../../src/infrastructure/cli/print/rebuild.js';
import { Redaction } from '../../../src/infrastructure/cli/print/redaction.js';
import { fit, printable, table } from '../../../src/infrastructure/cli/print/table.js';

const plain = (text: string) => text;

describe('a printed table', () => {
  const columns = [
    { title: 'A', of: (row: readonly string[]) => row[0] ?? '' },
    { title: 'B', of: (row: readonly string[]) => row[1] ?? '' },
  ];
  const lines = (rows: readonly (readonly string[])[], width: number) =>
    table(columns, rows, { width, head: plain }).split('\n');

  it('is as wide as its values where nothing has to fit', () => {
    expect(
      lines(
        [
          ['x', 'a long value'],
          ['yy', ''],
        ],
        Infinity,
      ),
    ).toStrictEqual(['A   B', 'x   a long value', 'yy']);
  });

  it('cuts the widest values to fit, and says so with …', () => {
    expect(lines([['0123456789', 'abcdefghij']], 18)).toStrictEqual(['A         B', '0123456…  abcdefg…']);
  });

  it('never makes a column narrower than six', () => {
    expect(fit([20, 30, 3], 5)).toStrictEqual([6, 6, 3]);
  });

  it.each([1, 5, 12, 14, 40])('never has a line that is wider than %d columns', (width) => {
    const row = ['0123456789', '日本日本日本'];
    for (const line of lines([row, ['x', 'y']], width)) {
      expect([...line].length + (line.match(/[日本]/g)?.length ?? 0)).toBeLessThanOrEqual(width);
    }
    expect(lines([row], 8)).toStrictEqual(['A      …', '01234… …']);
  });

  it('counts an ideograph and an emoji as two', () => {
    expect(
      lines(
        [
          ['日本', 'x'],
          ['🚀', 'x'],
          ['abc', 'x'],
        ],
        Infinity,
      ),
    ).toStrictEqual(['A     B', '日本  x', '🚀    x', 'abc   x']);
  });

  it('takes what could steer a terminal out of a value', () => {
    expect(printable('a\u001b[2J\u202eb\nc')).toBe('a [2J b c');
  });
});

describe('a moment', () => {
  const now = 1_800_000_000_000;

  it.each([
    [0, 'just now'],
    [999, 'just now'],
    [1_000, '1 s ago'],
    [90_000, '1 min 30 s ago'],
    [7_200_000, '2 h ago'],
    [90_000_000, '1 d 1 h ago'],
    [-30_000, 'in 30 s'],
  ])('%d ms back is %s', (backMs, said) => {
    expect(momentsIn('relative', now)(now - backMs)).toBe(said);
  });

  it('is absolute when that is asked for', () => {
    expect([momentsIn('iso', now)(now), momentsIn('raw', now)(now), momentsIn('iso', now)(null)]).toStrictEqual([
      '2027-01-15T08:00:00.000Z',
      '1800000000000',
      '–',
    ]);
  });

  it('spans are told in two units at most', () => {
    expect([span(0), span(250), span(59_999), span(86_399_999), span(12 * 3_600_000 + 60_000)]).toStrictEqual([
      '0 s',
      '250 ms',
      '59 s',
      '23 h',
      '12 h',
    ]);
  });
});

const event = (type: string, data: object, revision = 0): RecordedEvent => ({
  id: `id-${revision}`,
  type,
  stream: 'ship-2.COOPER-2',
  revision: String(revision),
  position: String(revision),
  createdAtMs: 1_000,
  data: data as Record<string, unknown>,
  metadata: { actor: { key: 'ann', role: 'operator', player: null } },
});
const agent = (id: string) => ({ kind: 'agent', id, attempt: 1 });

describe('the history of a ship', () => {
  it('is a line for each time that somebody had it, newest first', () => {
    const granted = { token: 1, holder: agent('a'), operation: 'mining', atMs: 10 };
    const over = {
      token: 2,
      holder: agent('b'),
      operation: 'mining',
      from: { holder: agent('a'), token: 1 },
      reason: 'shift',
      atMs: 20,
    };
    const expired = { token: 2, holder: agent('b'), evidence: { silentForMs: 31_000 }, atMs: 60 };
    const reserved = {
      token: 3,
      holder: { kind: 'operator', id: 'ann', attempt: 1 },
      operation: 'reservation',
      displaced: null,
      reason: 'x',
      atMs: 70,
    };
    const events = [
      event('LeaseReserved', reserved, 4),
      event('EffectIntended', { token: 2, atMs: 65 }, 3),
      event('LeaseExpired', expired, 2),
      event('LeaseHandedOver', over, 1),
      event('LeaseGranted', granted, 0),
    ];

    expect(holdsOf(events)).toStrictEqual([
      { token: 3, holder: 'ann', operation: 'reservation', sinceMs: 70, untilMs: null, why: null },
      { token: 2, holder: 'b', operation: 'mining', sinceMs: 20, untilMs: 60, why: 'expired: silent for 31 s' },
      { token: 1, holder: 'a', operation: 'mining', sinceMs: 10, untilMs: 20, why: 'handed over to b: shift' },
    ]);
  });

  it('says how it ended though it began before what was read', () => {
    const released = { token: 7, holder: agent('a'), reason: 'completed', detail: '', atMs: 10 };
    expect(holdsOf([event('LeaseReleased', released)])).toStrictEqual([
      { token: 7, holder: 'a', operation: null, sinceMs: null, untilMs: 10, why: 'completed' },
    ]);
  });

  it('tells a broken lease from one that was displaced', () => {
    const broken = { token: 1, holder: agent('a'), reason: 'stuck', by: { kind: 'operator', id: 'ann' }, atMs: 5 };
    const displaced = {
      token: 3,
      holder: agent('ann'),
      operation: 'reservation',
      displaced: { holder: agent('b'), token: 2 },
      reason: 'dock',
      atMs: 9,
    };
    expect(
      holdsOf([event('LeaseReserved', displaced, 1), event('LeaseBroken', broken)]).map(({ why }) => why),
    ).toStrictEqual([null, 'displaced by ann: dock', 'broken by ann: stuck']);
  });
});

describe('redaction', () => {
  const started = event('InstanceStarted', {
    instance: 'web-01-4711-00ff00',
    host: 'web-01',
    pid: 4711,
    leasesFound: 3,
  });

  it('replaces host names, process ids and actor keys, the same by the same', () => {
    const redaction = new Redaction();
    const first = redaction.of({ ...started, stream: 'daemon-web-01-4711-00ff00' });
    const second = redaction.of(event('InstanceStopped', { instance: 'web-02-4711-ab12cd', reason: 'SIGTERM' }, 9));

    expect(first).toStrictEqual({
      ...started,
      stream: 'daemon-host-1-1-00ff00',
      data: { instance: 'host-1-1-00ff00', host: 'host-1', pid: 1, leasesFound: 3 },
      metadata: { actor: { key: 'actor-1', role: 'operator', player: null } },
    });
    expect(second.data).toStrictEqual({ instance: 'host-2-1-ab12cd', reason: 'SIGTERM' });
  });

  it('replaces the marks by which a process, and so its machine, can be told', () => {
    const redaction = new Redaction();
    const process = (machine: string) => ({ process: { host: 'h', pid: 7, mark: { machine, began: '9', home: 'x' } } });
    const marks = ['boot-a/pid:[1]', 'boot-b/pid:[1]', 'boot-a/pid:[1]'].map(
      (machine) => redaction.of(event('LeaseGranted', { token: 1, ...process(machine) })).data['process'],
    );

    expect(marks.map((mark) => JSON.stringify(mark))).toEqual(
      [1, 2, 1].map((number) =>
        JSON.stringify({ host: 'host-1', pid: 1, mark: { machine: `machine-${number}`, began: '9', home: 'home-1' } }),
      ),
    );
    const home = { config: { home: 'X1-GZ7-A1', machine: 'washing' } };
    expect(redaction.of(event('ContainerCreated', home)).data).toEqual(home);
  });

  it('leaves positions, revisions, ids and every other value as they are', () => {
    const held = event(
      'LeaseExpired',
      { token: 7, evidence: { monitor: 'lease-monitor', lastBeat: null }, holder: agent('a') },
      41,
    );
    expect(new Redaction().of(held)).toStrictEqual({
      ...held,
      metadata: { actor: { key: 'actor-1', role: 'operator', player: null } },
    });
  });
});

describe('the outcome of a rebuild', () => {
  it('names the rows that differ, and how to take it over all the same', () => {
    const differences = [
      {
        table: 'ships',
        key: [2, 'A'],
        columns: ['status'],
        live: { status: 'idle' },
        rebuilt: { status: 'active' },
        explained: false,
      },
      { table: 'ships', key: [2, 'B'], columns: [], live: null, rebuilt: { status: 'idle' }, explained: false },
      { table: 'ships', key: [2, 'C'], columns: [], live: null, rebuilt: { status: 'idle' }, explained: true },
    ];
    expect(toldOutcome({ type: 'Differs', view: 'fleet', differences })).toStrictEqual({
      isFault: true,
      text: [
        'View fleet differs from the log in 2 rows; nothing was changed.',
        '  ships 2 A: status is "idle", should be "active"',
        '  ships 2 B: is missing',
        'Take it over all the same: holdfast projections rebuild fleet --accept-differences',
      ].join('\n'),
    });
  });

  it('is on its way in percent of the position to reach', () => {
    expect([
      shareOf({ type: 'Progress', position: '50', target: '200' }),
      shareOf({ type: 'Progress', target: '0' }),
    ]).toStrictEqual([25, 0]);
  });
});

describe('colour', () => {
  it.each([
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { TERM: 'dumb' }, true, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
    ['always', { NO_COLOR: '1' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
  ] as const)('--color %s with %j on a terminal (%s): %s', (color, env, isTerminal, expected) => {
    expect(coloured(color, env, { isTerminal })).toBe(expected);
  });
});

describe('what a shell takes over', () => {
  it('is quoted', () => {
    expect(shellExports({ kind: 'phase', scope: 'flow-1', name: 'readiness' }, 3, "it's $(me)")).toBe(
      "export HOLDFAST_TOKEN='3'\nexport HOLDFAST_SESSION='it'\\''s $(me)'\nunset HOLDFAST_TASK\nunset HOLDFAST_QUEUE\nexport HOLDFAST_PHASE='flow-1/readiness'",
    );
  });
});

describe('the name of a lock', () => {
  it.each([
    ['7', {}, 'locks/tasks/main/7'],
    ['7', { queue: 'night' }, 'locks/tasks/night/7'],
    ['night/7', {}, 'locks/tasks/night/7'],
    ['task:night/7', {}, 'locks/tasks/night/7'],
    ['phase:flow-1/readiness', {}, 'locks/phases/flow-1/readiness'],
    ['readiness', { queue: 'flow-1', kind: 'phase' }, 'locks/phases/flow-1/readiness'],
  ])('%s with %j is %s', (text, where, path) => {
    expect(lockName(text, where).path).toBe(path);
  });

  it.each([
    ['', {}],
    ['readiness', { kind: 'phase' }],
    ['task:night/7', { kind: 'phase' }],
    ['a/b/c', {}],
    ['../x', {}],
  ])('%s with %j is none', (text, where) => {
    expect(() => lockName(text, where)).toThrow(/names no lock/);
  });
});
