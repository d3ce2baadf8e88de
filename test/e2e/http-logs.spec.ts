import { startTestApp, type TestApp } from '../support/app.js';
import { fleetOf } from '../support/fleet.js';
import { holdfast } from '../infrastructure/cli/holdfast.js';

describe('what containers say of their work, over HTTP and by the command', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  beforeAll(async () => {
    app = await startTestApp();
    fleet = fleetOf(app);
  });
  afterAll(() => app.close());

  const say = (id: string, token: number, ...lines: { level?: string; text: string }[]) =>
    app.post(`containers/${id}/logs`, { token, lines });
  const textsIn = (body: { lines: { text: string; count: number }[] }) => body.lines.map(({ text }) => text);
  async function speaker(ship: string, ...texts: string[]) {
    const { container, token } = await fleet.started([ship]);
    const id = container.id;
    if (texts.length > 0) await say(id, token, ...texts.map((text) => ({ text })));
    return { id, token };
  }

  it('[A096] gives each container its own lines, whoever else talks at the same time', async () => {
    const [one, two] = [await speaker('SHIP-1'), await speaker('SHIP-2')];
    await Promise.all(
      [1, 2, 3].flatMap((i) => [
        say(one.id, one.token, { text: `one ${i}` }),
        say(two.id, two.token, { text: `two ${i}` }),
      ]),
    );
    const ofOne = textsIn((await app.get(`containers/${one.id}/logs`)).body);
    expect(ofOne.sort()).toEqual(['one 1', 'one 2', 'one 3']);
    expect(textsIn((await app.get(`containers/${two.id}/logs`)).body).sort()).toEqual(['two 1', 'two 2', 'two 3']);
  });

  it('[A081, A093] filters by level, and gives the newest so many, page by page', async () => {
    const { id, token } = await speaker('SHIP-3', ...Array.from({ length: 15 }, (_each, i) => `line ${i + 1}`));
    await say(id, token, { level: 'error', text: 'no contract to be had' });

    const { body: errors } = await app.get(`containers/${id}/logs?level=warn,error`);
    expect(errors.lines).toMatchObject([{ level: 'error', text: 'no contract to be had', attempt: 1, count: 1 }]);
    const { body: newest } = await app.get(`containers/${id}/logs?limit=2`);
    expect(textsIn(newest)).toEqual(['line 15', 'no contract to be had']);
    const { body: older } = await app.get(`containers/${id}/logs?limit=5&offset=2`);
    expect(textsIn(older)).toEqual(['line 10', 'line 11', 'line 12', 'line 13', 'line 14']);
    const { body: none } = await app.get(`containers/${id}/logs?since=2999-01-01T00:00:00Z`);
    expect(none.lines).toEqual([]);
  });

  it('[A095] gives the newest so many in descending order too, and when each container last spoke', async () => {
    const { id } = await speaker('SHIP-20', 'one', 'two', 'three');
    const silent = await speaker('SHIP-21');
    expect(textsIn((await app.get(`containers/${id}/logs?limit=2&order=desc`)).body)).toEqual(['three', 'two']);
    const { latest } = (await app.get('liveness/lines')).body as { latest: { container: string; atMs: number }[] };
    expect(latest.find(({ container }) => container === id)).toMatchObject({ atMs: expect.any(Number) });
    expect(latest.map(({ container }) => container)).not.toContain(silent.id);
  });

  it('waits for what is said next, and says when nothing is', async () => {
    const { id, token } = await speaker('SHIP-4', 'before');
    const { body: seen } = await app.get(`containers/${id}/logs`);
    const waiting = app.get(`containers/${id}/logs?after=${seen.next}&waitMs=20000`);
    await say(id, token, { text: 'after' });
    const { body: next } = await waiting;
    expect(textsIn(next)).toEqual(['after']);

    const { body: nothing } = await app.get(`containers/${id}/logs?after=${next.next}&waitMs=50`);
    expect(nothing).toEqual({ lines: [], next: next.next });
  });

  it('refuses lines under a token that is not in force, and of a container that does not exist', async () => {
    const { id, token } = await speaker('SHIP-5');
    expect(await say(id, token + 1, { text: 'late' })).toMatchObject({ status: 409 });
    expect(await say('nobody', 1, { text: 'hello' })).toMatchObject({ status: 404 });
    expect(await app.get('containers/nobody/logs')).toMatchObject({ status: 404 });
    expect(await app.get(`containers/${id}/logs?after=x`)).toMatchObject({ status: 422 });
    expect(await app.get(`containers/${id}/logs?waitMs=30001`)).toMatchObject({ status: 422 });
    expect((await app.get(`containers/${id}/logs`)).body).toEqual({ lines: [], next: '0.0' });
  });

  it('[A088] gives a hundred lines whole', async () => {
    const texts = Array.from({ length: 100 }, (_each, i) => `${i} ${'of a hundred lines '.repeat(5)}`);
    const { id } = await speaker('SHIP-6', ...texts);
    expect(textsIn((await app.get(`containers/${id}/logs`)).body)).toEqual(texts);
  });

  describe('holdfast container logs', () => {
    const ask = (...args: string[]) => holdfast(['container', 'logs', ...args], { url: app.url });

    it('prints a line for each, with what would harm a terminal taken out, and a count', async () => {
      const { id, token } = await speaker('SHIP-7', 'waiting', 'waiting', 'waiting');
      await say(id, token, { level: 'warn', text: 'red \u001b[31malert' });
      const { stdout, code } = await ask(id);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^\d{4}-\d\d-\d\dT[\d:.]+Z INFO {2}waiting \(3 times\)\n\S+Z WARN {2}red {2}\[31malert\n$/,
      );
      expect((await ask(id, '--level', 'warn', '--since', '10m', '--tail', '1')).stdout).toMatch(/^\S+ WARN {2}red/);
    });

    it('[A091] prints valid JSON under --json, and says on stderr when there is nothing', async () => {
      const { id } = await speaker('SHIP-8', 'hello');
      expect(JSON.parse((await ask(id, '--json')).stdout)).toMatchObject({
        lines: [{ text: 'hello' }],
        next: expect.any(String),
      });
      expect(await ask(id, '--level', 'error')).toEqual({
        code: 0,
        stdout: '',
        stderr: `Container ${id} has said nothing that fits.\n`,
      });
      expect((await ask(id, '--since', 'yesterday')).code).toBe(2);
    });

    it('[A090, A089] prints with everything that is known of a container, and every control character under --json', async () => {
      const texts = ['\t\u0001tab', 'bell \u0007 and \u001b[31mred', 'two\nlines', 'ünïcode 🚀'];
      const { id } = await speaker('SHIP-10', ...texts);
      await app.post(`containers/${id}/metadata`, { entries: { ship_symbol: 'SHIP-10' } });
      const inspect = (...more: string[]) => holdfast(['container', 'inspect', id, ...more], { url: app.url });
      const { stdout, code } = await inspect('--json');
      expect(code).toBe(0);
      const { container, lines } = JSON.parse(stdout);
      expect(container).toMatchObject({ id, status: 'RUNNING', metadata: { ship_symbol: 'SHIP-10' } });
      expect(textsIn({ lines })).toEqual(texts);
      const { stdout: shown } = await inspect('--tail', '1');
      expect(shown).toMatch(new RegExp(`${id}[^]*INFO  ünïcode 🚀\n$`));
      expect(shown).not.toContain('tab');
    });

    it('follows until it is interrupted', async () => {
      const { id, token } = await speaker('SHIP-9', 'before');
      let interrupt = (): void => undefined;
      const interruptedBy = new Promise<void>((resolve) => (interrupt = resolve));
      const onOutput = (stdout: string): void => {
        if (stdout.includes('after')) interrupt();
        else if (stdout.includes('before')) void say(id, token, { text: 'after' });
      };
      const args = ['container', 'logs', id, '--follow', '--json'];
      const { stdout, code } = await holdfast(args, { url: app.url, interruptedBy, onOutput });
      expect(code).toBe(130);
      expect(
        stdout
          .trim()
          .split('\n')
          .map((each) => JSON.parse(each).text),
      ).toEqual(['before', 'after']);
    });
  });
});
