import { requestStream } from '../../../src/domain/request/request.js';
import { Custody, policy, type Instance } from '../../support/custody.js';

const [key, print, other] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const answer = { status: 201, body: { token: 1 } };

describe('the answers that keys were given', () => {
  let room: Custody;
  let here: Instance;
  let there: Instance;
  beforeEach(() => {
    room = new Custody();
    [here, there] = [room.instance(), room.instance()];
  });
  const keep = (instance: Instance, what = answer, fingerprint = print) =>
    instance.answers.keep(instance.context('the-command'), key, fingerprint, what);

  it('are none before the first', async () => {
    expect(await here.answers.earlier(key, print)).toEqual({ type: 'None' });
    expect(await room.events()).toEqual([]);
  });

  it('are the same through every instance, also one that starts later', async () => {
    await keep(here);
    for (const instance of [here, there, room.instance()]) {
      expect(await instance.answers.earlier(key, print)).toEqual({ type: 'Answered', answer });
    }
  });

  it('are not given to another request under the same key', async () => {
    await keep(here);
    expect(await there.answers.earlier(key, other)).toEqual({ type: 'OtherRequest' });
    expect(await keep(there, answer, other)).toEqual({ type: 'OtherRequest' });
    expect(await there.answers.earlier(key, print)).toEqual({ type: 'Answered', answer });
  });

  it('stand as the first one kept them, and the second keeper is told', async () => {
    await keep(here);
    expect(await keep(there, { status: 409, body: { token: 2 } })).toEqual({ type: 'Answered', answer });
    expect(await here.answers.earlier(key, print)).toEqual({ type: 'Answered', answer });
  });

  it('are one, though twenty instances keep theirs at the same moment', async () => {
    const kept = await Promise.all(
      Array.from({ length: 20 }, (_, token) => keep(room.instance(), { status: 201, body: { token } })),
    );
    expect(await room.typesIn(requestStream(key))).toEqual(['RequestAnswered']);
    const stands = await here.answers.earlier(key, print);
    for (const each of kept) expect(each).toEqual(stands);
  });

  it('are forgotten after their time, and then the key is new, for the same request and for another', async () => {
    await keep(here);
    room.clock.pass(policy.idempotencyTtlMs);
    expect(await there.answers.earlier(key, print)).toEqual({ type: 'Answered', answer });
    room.clock.pass(1);
    expect(await there.answers.earlier(key, print)).toEqual({ type: 'None' });
    expect(await there.answers.earlier(key, other)).toEqual({ type: 'None' });

    const again = { status: 200, body: { token: 7 } };
    expect(await keep(there, again)).toEqual({ type: 'Answered', answer: again });
    expect(await here.answers.earlier(key, print)).toEqual({ type: 'Answered', answer: again });
    room.clock.pass(policy.idempotencyTtlMs + 1);
    expect(await keep(here, answer, other)).toEqual({ type: 'Answered', answer });
    expect(await there.answers.earlier(key, print)).toEqual({ type: 'OtherRequest' });
  });

  it('[F12] need no PostgreSQL', async () => {
    room.postgresDown = true;
    await keep(here);
    expect(await there.answers.earlier(key, print)).toEqual({ type: 'Answered', answer });
  });
});
