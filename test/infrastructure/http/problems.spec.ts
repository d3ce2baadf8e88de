import { TooContended } from '../../../src/application/decide-and-append.js';
import {
  AppendTooLarge,
  OutcomeUnknown,
  StoreFull,
  StoreUnavailable,
} from '../../../src/application/ports/event-store.js';
import { GameRefused } from '../../../src/application/ports/game.js';
import { DatabaseUnavailable } from '../../../src/application/ports/views.js';
import { InvalidId } from '../../../src/domain/ids.js';
import { notThereYet, refusalProblem, refusalProblems, translate } from '../../../src/infrastructure/http/problems.js';
import { examples } from '../../support/examples.js';

describe('what the house says no with', () => {
  it('has a status, a stable code and a title for every refusal, none of them a success or a fault of ours', () => {
    for (const [status, code, title] of Object.values(refusalProblems)) {
      expect([404, 409, 413, 422, 503]).toContain(status);
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z]/);
    }
  });

  it.each([
    [new TooContended('ship-1.X'), 409, 'conflict', true],
    [new StoreUnavailable('tcp://10.0.0.7'), 503, 'event-store-unavailable', true],
    [new StoreFull('/var/lib'), 507, 'event-store-full', false],
    [new OutcomeUnknown('c-1'), 504, 'outcome-unknown', true],
    [new DatabaseUnavailable('postgres://u:p@h'), 503, 'views-unavailable', true],
    [new AppendTooLarge('ship-1.X'), 413, 'append-too-large', false],
    [new InvalidId('a ship symbol has a form'), 422, 'symbol-format', false],
  ])('tells the failure %s without what is inside the house', (failure, status, code, retryable) => {
    const problem = translate(failure)?.toProblem('r-1');

    expect(problem).toMatchObject({ status, code, retryable, type: `urn:holdfast:problem:${code}`, instance: 'r-1' });
    if (!(failure instanceof InvalidId)) expect(JSON.stringify(problem)).not.toContain(failure.message);
  });

  it('tells a no of the game as one, with the code of the game', () => {
    const refused = new GameRefused(4104, 'The token is not one of this server.', 'permanent', {});

    expect(translate(refused)?.toProblem('r-1')).toMatchObject({
      ...{ status: 502, code: 'game-refused', retryable: false, gameCode: 4104 },
      detail: 'The token is not one of this server.',
    });
  });

  it('does not know what nobody foresaw', () => {
    expect(translate(new TypeError('x is undefined'))).toBeUndefined();
    expect(translate('boom')).toBeUndefined();
  });

  it('says when to ask again, in whole seconds and never too early', () => {
    const after = (ms: number) =>
      refusalProblem({ type: 'BackingOff', containerId: 'c', notBeforeMs: 10_000 + ms }, 10_000).about.headers;

    expect(after(5_000)).toEqual({ 'Retry-After': '5' });
    expect(after(5_001)).toEqual({ 'Retry-After': '6' });
    expect(after(-3)).toEqual({ 'Retry-After': '1' });
    const late = notThereYet({ type: 'NotThereYet', view: 'fleet', position: 3n, minPosition: 9n, waitedMs: 5_000 });
    expect(late.toProblem('r')).toMatchObject({ status: 503, position: '3', minPosition: '9' });
  });

  it('names who has it and by which token, wherever that is known', () => {
    const hold = examples.hold();
    const { resource } = examples.lease.granted();
    const held = refusalProblem({ type: 'HeldByAnother', resource, hold }, 0).toProblem('r');
    const stale = refusalProblem({ type: 'StaleToken', resource, token: 0, lastToken: 1, hold: null }, 0).toProblem(
      'r',
    );
    const late = { type: 'StaleAttempt', containerId: 'c', token: 1, currentToken: 2, attempt: 2 } as const;

    expect(held).toMatchObject({ currentHolder: hold.holder, currentToken: hold.token });
    expect(stale).not.toHaveProperty('currentHolder');
    expect(refusalProblem(late, 0).toProblem('r')).toMatchObject({ code: 'stale-token', currentToken: 2 });
  });
});
