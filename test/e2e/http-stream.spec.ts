import { startTestApp, type TestApp } from '../support/app.js';
import { openEventSource, type EventSource } from '../support/event-source.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { fleetOf } from '../support/fleet.js';

describe('the live stream', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  const opened: EventSource[] = [];
  const follow = async (query = '', headers: Record<string, string> = {}) => {
    const source = await openEventSource(`${app.url}/api/v1/stream${query}`, headers);
    opened.push(source);
    return source;
  };
  beforeAll(async () => {
    app = await startTestApp();
    fleet = fleetOf(app);
  });
  afterEach(() => opened.splice(0).forEach((source) => source.close()));
  afterAll(() => app.close());

  it('tells of every event as it is written, by its position in the log', async () => {
    const source = await follow();
    const { container } = await fleet.started(['LIVE-1']);
    await eventually(() => expect(source.facts().map(({ type }) => type)).toContain('ContainerStarted'));

    const { body } = await app.get(`events?after=${Number(source.facts()[0].position) - 1}`);
    expect(source.facts()).toEqual(
      body.events.map(({ position, stream, revision, type, createdAtMs, data }: Record<string, unknown>) => ({
        ...{ position, stream, revision, type, data },
        at: new Date(Number(createdAtMs)).toISOString(),
      })),
    );
    expect(source.events.map(({ id }) => id)).toEqual(source.facts().map(({ position }) => position));
    expect(source.facts().some(({ stream }) => stream === `container-${container.id}`)).toBe(true);
    expect(source.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('goes on after a drop where it was cut, without loss and without repeats', async () => {
    const first = await follow('?streams=ship-');
    await fleet.started(['DROP-1']);
    await first.until(1);
    first.close();
    await fleet.started(['DROP-2']);
    await fleet.started(['DROP-3']);

    const second = await follow('?streams=ship-&after=0', { 'last-event-id': first.lastEventId() });
    await fleet.started(['DROP-4']);
    await second.until(3);

    expect([...first.facts(), ...second.facts()].map(({ stream }) => stream)).toEqual(
      [1, 2, 3, 4].map((n) => `ship-1.DROP-${n}`),
    );
  });

  it('begins where it is told, through the past and into the present', async () => {
    const { body } = await app.get('events?limit=1000');
    const source = await follow('?after=0');
    await source.until(body.events.length);
    await fleet.started(['PAST-1']);
    await source.until(body.events.length + 1);

    const positions = source.facts().map(({ position }) => BigInt(position));
    expect(positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0n))).toBe(true);
    expect(source.facts()[body.events.length]).toMatchObject({ stream: 'ship-1.PAST-1', type: 'LeaseGranted' });
  });

  it('tells a player only of what is theirs, and a category only of its own', async () => {
    const theirs = await follow('?player=7&after=0');
    const charts = await follow('?streams=system-&after=0');
    const { container } = await fleet.started(['MINE-1']);
    await fleet.started(['THEIRS-1'], { player: 7, id: 'their-container' });
    await app.put('systems/X1-LV1', { waypoints: { 'X1-LV1-A1': { type: 'PLANET', x: 0, y: 0 } } });
    await fleet.tell(container.id, 'stop', { immediately: true });
    await fleet.tell('their-container', 'stop', { immediately: true });

    await eventually(() => expect(theirs.facts().map(({ type }) => type)).toContain('ContainerStopped'));
    await charts.until(1);
    expect(new Set(theirs.facts().map(({ stream }) => stream))).toEqual(
      new Set(['ship-7.THEIRS-1', 'container-their-container']),
    );
    expect(charts.facts().map(({ stream, type }) => [stream, type])).toEqual([['system-X1-LV1', 'SystemCharted']]);
  });

  it.each([
    ['?after=x', {}, 422],
    ['?streams=request-', {}, 422],
    ['?player=0', {}, 422],
    ['?more=1', {}, 422],
    ['', { 'last-event-id': '7; drop' }, 422],
    ['?after=18446744073709551615', {}, 422],
  ])('refuses %s with headers %p', async (query, headers, status) => {
    expect((await follow(query, headers)).status).toBe(status);
  });

  it('answers HEAD with nothing behind it', async () => {
    const { status, headers } = await fetch(`${app.url}/api/v1/stream`, { method: 'HEAD' });

    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/event-stream');
  });

  it('ends at once when the process does, and says so last', async () => {
    const ending = await startTestApp();
    const sources = await Promise.all([1, 2, 3].map(() => openEventSource(`${ending.url}/api/v1/stream`)));
    const startedMs = performance.now();
    await ending.stop();

    expect(performance.now() - startedMs).toBeLessThan(2_000 * busy());
    for (const source of sources) {
      await eventually(() => expect(source.ended).toBe(true));
      expect(source.events).toEqual([{ id: '0', event: 'end', data: '{"reason":"shutdown"}' }]);
    }
    await ending.close();
  });
});
