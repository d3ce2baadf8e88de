import { instance, instanceStream, started, stopped } from '../../src/domain/instance/instance.js';
import { player, playerStream, register } from '../../src/domain/player/player.js';
import { earlierAnswer, keepAnswer, request, requestStream } from '../../src/domain/request/request.js';
import { containerStream } from '../../src/domain/container/container.js';
import { chart, system, systemStream } from '../../src/domain/system/system.js';
import { examples } from '../support/examples.js';
import { givenOf } from '../support/given.js';

const nowMs = 5_000;

describe('a player', () => {
  const given = givenOf(player);
  const ask = { player: 1, agentSymbol: 'COOPER', era: null, nowMs };

  it('is registered once', () => {
    given()
      .when(register, ask)
      .thenExpect({ type: 'Registered', already: false }, examples.player.registered({ atMs: nowMs }))
      .thenState({ agentSymbol: 'COOPER', era: null, eraSinceMs: null })
      .when(register, { ...ask, nowMs: nowMs + 1 })
      .thenExpect({ type: 'Registered', already: true });
  });

  it('may come back under another agent', () => {
    given(examples.player.registered())
      .when(register, { ...ask, agentSymbol: 'TORWIND' })
      .thenState({ agentSymbol: 'TORWIND', era: null, eraSinceMs: null });
  });

  it('[A291] closes an era when another one is seen, and none while there was only one', () => {
    given(examples.player.registered())
      .when(register, { ...ask, era: '2026-01-11' })
      .thenState({ agentSymbol: 'COOPER', era: '2026-01-11', eraSinceMs: null })
      .when(register, { ...ask, nowMs: 6_000 })
      .thenExpect({ type: 'Registered', already: true })
      .when(register, { ...ask, era: '2026-01-25', nowMs: 7_000 })
      .thenState({ agentSymbol: 'COOPER', era: '2026-01-25', eraSinceMs: 7_000 })
      .when(register, { ...ask, agentSymbol: 'TORWIND', nowMs: 8_000 })
      .thenState({ agentSymbol: 'TORWIND', era: '2026-01-25', eraSinceMs: 7_000 });
  });
});

describe('a system', () => {
  const given = givenOf(system);
  const first = examples.chart();

  it('is charted once, as long as the chart is the same', () => {
    given()
      .when(chart, { chart: first, nowMs })
      .thenExpect({ type: 'Charted', already: false }, { type: 'SystemCharted', chart: first, atMs: nowMs })
      .when(chart, { chart: JSON.parse(JSON.stringify(first)) as typeof first, nowMs: nowMs + 1 })
      .thenExpect({ type: 'Charted', already: true });
  });

  it.each([
    ['symbol', 'X1-A2'],
    ['type', 'MOON'],
    ['x', 99],
    ['y', 99],
    ['traits', ['MARKETPLACE']],
    ['hasFuel', false],
    ['orbits', 'X1-GZ7-B1'],
  ])('is charted anew when the %s of a waypoint has changed', (field, value) => {
    const [one, ...others] = first.waypoints;
    const changed = { ...first, waypoints: [{ ...one!, [field]: value }, ...others] };
    given(examples.system.charted())
      .when(chart, { chart: changed, nowMs })
      .thenExpect({ type: 'Charted', already: false }, { type: 'SystemCharted', chart: changed, atMs: nowMs });
  });
});

describe('an instance', () => {
  const given = givenOf(instance);
  const { type: _started, ...starting } = examples.instance.started();
  const { type: _stopped, uptimeMs: _uptimeMs, ...stopping } = examples.instance.stopped();

  it('knows how long it was up when it stops', () => {
    given()
      .when(started, { ...starting, atMs: 1_000 })
      .thenExpect({ type: 'Noted' }, examples.instance.started({ atMs: 1_000 }))
      .thenState({ runningSinceMs: 1_000 })
      .when(stopped, { ...stopping, atMs: 61_000 })
      .thenExpect({ type: 'Noted' }, examples.instance.stopped({ atMs: 61_000, uptimeMs: 60_000 }))
      .thenState({ runningSinceMs: null });
  });

  it('stops once', () => {
    given(examples.instance.started(), examples.instance.stopped())
      .when(stopped, stopping)
      .thenExpect({ type: 'Noted' });
  });
});

describe('an answered request', () => {
  it('is remembered as it was answered', () => {
    const { type: _type, ...answer } = examples.request.answered();
    expect(givenOf(request)(examples.request.answered()).state).toStrictEqual(answer);
  });

  const given = givenOf(request);
  const answer = { status: 201, body: { token: 1 } };
  const ask = { fingerprint: 'ab', keptForMs: 1_000, answer, nowMs };

  it('keeps the first answer, and no other request is given it', () => {
    const kept = given()
      .when(keepAnswer, ask)
      .thenExpect({ type: 'Answered', answer }, { type: 'RequestAnswered', fingerprint: 'ab', ...answer, atMs: nowMs });
    kept.when(keepAnswer, { ...ask, answer: { status: 409, body: null } }).thenExpect({ type: 'Answered', answer });
    kept.when(keepAnswer, { ...ask, fingerprint: 'cd' }).thenExpect({ type: 'OtherRequest' });
  });

  it('is forgotten after its time: then the key is new', () => {
    const { state } = given().when(keepAnswer, ask);
    expect(earlierAnswer({ ...ask, nowMs: nowMs + 1_000 }, state)).toEqual({ type: 'Answered', answer });
    expect(earlierAnswer({ ...ask, nowMs: nowMs + 1_001 }, state)).toEqual({ type: 'None' });
  });
});

it('every stream has a name of its own category', () => {
  const names = [
    playerStream(1),
    systemStream('X1-GZ7'),
    instanceStream('a'),
    requestStream('2c26'),
    containerStream('scout-tour-COOPER-2-85834fb5'),
  ];
  expect(names).toEqual([
    'player-1',
    'system-X1-GZ7',
    'daemon-a',
    'request-2c26',
    'container-scout-tour-COOPER-2-85834fb5',
  ]);
});
