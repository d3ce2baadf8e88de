import fc from 'fast-check';
import type { About } from '../../../src/application/ports/log.js';
import { openLog, type LogOptions } from '../../../src/infrastructure/logging/open-log.js';

const atMs = Date.UTC(2026, 10, 21, 9, 30, 1, 250);

function logOf(options: Partial<LogOptions>) {
  const out: string[] = [];
  const err: string[] = [];
  const into = (lines: string[]) =>
    ({ write: (line: string) => lines.push(line) > 0 }) as unknown as NonNullable<LogOptions['out']>;
  const log = openLog({
    logFormat: 'json',
    logLevel: 'info',
    out: into(out),
    err: into(err),
    nowMs: () => atMs,
    ...options,
  });
  return { say: log('custody'), out, err };
}

const parsed = (line: string | undefined) => JSON.parse(line ?? '') as Record<string, unknown>;

describe('a line of the log', () => {
  describe('for machines', () => {
    it('is one JSON object with its time in UTC, its event, and what it is about', () => {
      const { say, out } = logOf({});
      say('Expired the lease of ship-1.COOPER-2', {
        event: 'lease_expired',
        level: 'warn',
        player: 1,
        ship: 'COOPER-2',
        token: 7,
        durationMs: 31_000,
      });
      expect(out).toHaveLength(1);
      expect(parsed(out[0])).toStrictEqual({
        ts: '2026-11-21T09:30:01.250Z',
        level: 'warn',
        event: 'lease_expired',
        component: 'custody',
        msg: 'Expired the lease of ship-1.COOPER-2',
        player: 1,
        ship: 'COOPER-2',
        token: 7,
        durationMs: 31_000,
      });
    });

    it('tells type and code of an error, and where it came from only where it is one', () => {
      const { say, out, err } = logOf({});
      const error = Object.assign(new RangeError('too far'), { code: 'EFAR' });
      say('Closing failed', { event: 'close_failed', level: 'error', error });
      say('Not linked yet', { event: 'game_not_linked', level: 'warn', error });
      say('Odd', { event: 'close_failed', level: 'warn', error: 'a word' });
      expect(parsed(err[0])['err']).toMatchObject({
        type: 'RangeError',
        code: 'EFAR',
        stack: expect.stringContaining('log.spec'),
      });
      expect(out.map((line) => parsed(line)['err'])).toStrictEqual([
        { type: 'RangeError', code: 'EFAR' },
        { type: 'string' },
      ]);
    });

    it('stays one line of valid JSON, whatever is in it', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (sentence, ship) => {
          const { say, out } = logOf({});
          say(sentence, { event: 'lease_stale', ship });
          expect(out[0]?.endsWith('\n')).toBe(true);
          expect(out[0]?.trimEnd()).not.toMatch(/[\r\n]/);
          expect(parsed(out[0])).toMatchObject({ event: 'lease_stale' });
        }),
      );
    });

    it('cuts what is long', () => {
      const { say, out } = logOf({});
      say('m'.repeat(5_000), { event: 'lease_stale', container: 'c'.repeat(5_000) });
      const { msg, container } = parsed(out[0]) as { msg: string; container: string };
      expect([msg.length, container.length]).toEqual([1_024, 256]);
      expect(container.endsWith('…')).toBe(true);
    });
  });

  it.each(['json', 'text'] as const)('holds no secret, though one was put into it (%s)', (logFormat) => {
    const { say, out, err } = logOf({ logFormat });
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpZGVudGlmaWVyIjoiSE9MREZBU1QifQ.c2lnbmF0dXJl';
    const error = new Error(`401 for ${token}`);
    const about: About = { event: 'request_failed', level: 'error', container: token, error };
    say(`authorization: Bearer ${token}; esdb://admin:changeit@host:2113; ${token}`, about);
    say('Bearer 0123456789abcdef was refused', { event: 'game_not_linked' });
    const all = [...out, ...err].join('');
    expect(all).not.toMatch(/eyJhb|eyJpZ|c2lnbm|changeit|0123456789abcdef/);
    expect(all).toContain('esdb://admin:[secret]@host:2113');
  });

  it('is not written below the level that was set; an error goes a way of its own', () => {
    const { say, out, err } = logOf({ logLevel: 'warn' });
    say('a', { event: 'sweep_done' });
    say('b', { event: 'sweep_failed', level: 'warn' });
    say('c', { event: 'close_failed', level: 'error' });
    expect([out.map((line) => parsed(line)['msg']), err.map((line) => parsed(line)['msg'])]).toEqual([['b'], ['c']]);
  });

  describe('for people', () => {
    it('says when, how bad, who, and what', () => {
      const { say, out } = logOf({ logFormat: 'text' });
      say('The sweep repaired 1', { event: 'sweep_done' });
      expect(out).toEqual(['2026-11-21T09:30:01Z INFO  custody: The sweep repaired 1\n']);
    });

    it('cannot be made two lines of by a name with a line break, and moves no cursor', () => {
      const { say, out } = logOf({ logFormat: 'text' });
      say('Ship A\r\n2026-11-21T09:30:01Z INFO  custody: all is well\u001b[2K\u2028x', { event: 'lease_stale' });
      expect(out[0]).toBe(
        '2026-11-21T09:30:01Z INFO  custody: Ship A\\u000d\\u000a2026-11-21T09:30:01Z INFO  custody: all is well\\u001b[2K\\u2028x\n',
      );
    });

    it('shows under an error where it came from', () => {
      const { say, err } = logOf({ logFormat: 'text' });
      say('Request r failed', { event: 'request_failed', level: 'error', error: new Error('boom') });
      expect(err[0]).toMatch(/^\S+ ERROR custody: Request r failed\n {4}Error: boom\n {4}at .*log\.spec/);
    });
  });
});
