import { decodeEvent } from '../../../src/application/events/event-codec.js';
import { ClaimPhase } from '../../../src/application/flows/claim-phase.js';
import { BreakLease } from '../../../src/application/leases/operator-acts.js';
import { ReportPhase } from '../../../src/application/flows/report-phase.js';
import { CancelFlow, ContinueFlow, PauseFlow } from '../../../src/application/flows/steer-flow.js';
import type { FlowEvent } from '../../../src/domain/flow/events.js';
import { flow, flowStream, phaseResource } from '../../../src/domain/flow/flow.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { Custody, policy, type Instance } from '../../support/custody.js';
import { flowsOf } from '../../support/flows.js';
import { MortalStore } from '../../support/mortal-store.js';

const id = 'test-flow-123';
const by = { kind: 'operator', id: 'ada' } as const;

describe('the claim of a phase', () => {
  let room: Custody;
  let one: Instance;
  let other: Instance;
  let flows: ReturnType<typeof flowsOf>;
  let elsewhere: ReturnType<typeof flowsOf>;
  const leaseOf = (phase: string, of = id) => room.lease(phaseResource(of, phase));
  const typesOf = (phase: string, of = id) => room.typesIn(leaseStream(phaseResource(of, phase)));

  beforeEach(async () => {
    room = new Custody();
    [one, other] = [room.instance(), room.instance()];
    [flows, elsewhere] = [flowsOf(one), flowsOf(other)];
    await flows.declare(id);
  });

  it('[A381] gets a free phase, and holds its lease', async () => {
    const outcome = await flows.claim(id, 'readiness');

    expect(outcome).toMatchObject({
      type: 'Resumed',
      hold: { token: 1, holder: { id: 'session-1' }, ttlMs: 300_000 },
      phase: { name: 'readiness', status: 'running', attempt: 1, token: 1 },
      flow: { status: 'in_progress' },
    });
    expect((await leaseOf('readiness')).hold).toMatchObject({ token: 1, holder: { id: 'session-1' } });
    expect(one.phasesSaid).toEqual([`Acquired execution lock for ${id}:readiness`]);
  });

  it('[A382, A387] of a phase that is executed learns by whom, and nothing is written, also for the same holder', async () => {
    await flows.begun(id, 'readiness');
    const before = (await room.events()).length;

    for (const holder of ['session-1', 'session-2']) {
      expect(await elsewhere.claim(id, 'readiness', holder)).toMatchObject({
        type: 'AlreadyRunning',
        hold: { token: 1, holder: { id: 'session-1' }, sinceMs: room.clock.nowMs() },
        flow: { flowId: id },
        phase: { name: 'readiness' },
      });
    }

    expect(await room.events()).toHaveLength(before);
    expect((await leaseOf('readiness')).hold?.token).toBe(1);
    const said = `Phase readiness already executing for flow ${id}, skipping duplicate execution attempt`;
    expect(other.phasesSaid).toEqual([said, said]);
  });

  it('[A382] asked again and again reads the lock alone, and the flow once a second', async () => {
    const token = await flows.begun(id, 'readiness');
    const store = new MortalStore(room.log);
    const clicks = flowsOf(room.instance({ store }));
    const progressAfter = async (ms: number) => {
      room.clock.pass(ms);
      const outcome = await clicks.claim(id, 'readiness', 'a click');
      if (outcome.type !== 'AlreadyRunning') throw new Error(outcome.type);
      return outcome.phase.progress;
    };
    const readOf = () => store.calls.splice(0).map(({ stream }) => stream);
    const [lock, stream] = [leaseStream(phaseResource(id, 'readiness')), flowStream(id)];

    expect(await progressAfter(0)).toBeNull();
    expect(readOf().sort()).toEqual([stream, lock].sort());
    await one.execute(new ReportPhase(one.context(), { flowId: id, phase: 'readiness', token, progress: { done: 3 } }));
    expect(await progressAfter(1_000)).toBeNull();
    expect(readOf()).toEqual([lock]);
    expect(await progressAfter(1)).toEqual({ done: 3 });
    expect(readOf().sort()).toEqual([stream, lock].sort());

    await flows.complete(id, 'readiness', token);
    expect(await clicks.claim(id, 'readiness', 'a click')).toMatchObject({ type: 'AlreadyCompleted' });
    expect(readOf().sort()).toEqual([stream, lock].sort());
  });

  it.each([['one holder'], ['five holders']])(
    '[A392, A393] five tries at once, of %s through two instances: one wins, and the flow goes on once',
    async (who) => {
      const tries = [flows, elsewhere, flows, elsewhere, flows].map((each, index) =>
        each.claim(id, 'readiness', who === 'one holder' ? 'backend' : `click-${index}`),
      );
      const outcomes = await Promise.all(tries);

      expect(outcomes.map(({ type }) => type).sort()).toEqual([...Array<string>(4).fill('AlreadyRunning'), 'Resumed']);
      expect(await room.typesIn(flowStream(id))).toEqual(['FlowDeclared', 'PhaseStarted']);
      const token = outcomes.flatMap((each) => (each.type === 'Resumed' && each.hold ? [each.hold.token] : []))[0] ?? 0;
      await elsewhere.complete(id, 'readiness', token);
      expect((await flows.flow(id)).phases.map(({ status }) => status)).toEqual(['completed', 'waiting']);
    },
  );

  it('[A384, A389] of other phases and other flows stands in nobody’s way', async () => {
    await flows.declare('flow-456');
    await flows.begun(id, 'readiness');
    expect(await flows.claim('flow-456', 'readiness')).toMatchObject({ type: 'Resumed', hold: { token: 1 } });
    expect(phaseResource(id, 'architecture')).not.toEqual(phaseResource(id, 'readiness'));
    expect(await flows.claim(id, 'architecture')).toMatchObject({ type: 'PhaseMismatch', current: 'readiness' });
    await flows.complete(id, 'readiness', 1);
    expect(await flows.claim(id, 'architecture')).toMatchObject({ type: 'Resumed', hold: { token: 1 } });
  });

  it('[A395] ten flows at once: ten leases, ten phases begun, and none waits for another', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `flow-${index}`);
    for (const each of ids) await flows.declare(each);

    const outcomes = await Promise.all(ids.map((each) => flows.claim(each, 'readiness', 'backend')));

    expect(outcomes.map(({ type }) => type)).toEqual(ids.map(() => 'Resumed'));
    for (const each of ids) expect((await leaseOf('readiness', each)).hold?.token).toBe(1);
  });

  it('[A391] is dated between the clock before and after', async () => {
    const before = room.clock.nowMs();
    await flows.begun(id, 'readiness');
    const after = room.clock.nowMs();

    const { hold } = await leaseOf('readiness');
    expect(hold?.sinceMs).toBeGreaterThanOrEqual(before);
    expect(hold?.sinceMs).toBeLessThanOrEqual(after);
  });

  it.each([
    ['and the flow was told', true],
    ['and the monitor died before it told the flow', false],
  ])(
    '[A385, A398] of a silent holder’s phase succeeds under a new token, %s; the old one is refused',
    async (_, tells) => {
      await flows.begun(id, 'readiness');
      room.clock.pass(6 * 60_000);
      await elsewhere.expire(id, 'readiness', 1, tells);

      expect(await flows.claim(id, 'readiness', 'session-2')).toMatchObject({
        type: 'Resumed',
        hold: { token: 2 },
        phase: { attempt: 2, holder: { id: 'session-2' } },
      });

      expect(await flows.complete(id, 'readiness', 1, 'late')).toMatchObject({ type: 'StaleToken', token: 1 });
      expect(await flows.fail(id, 'readiness', 1)).toMatchObject({ type: 'StaleToken' });
      expect(await flows.abandon(id, 'readiness', 1)).toMatchObject({ type: 'StaleToken' });
      expect((await leaseOf('readiness')).hold).toMatchObject({ token: 2, holder: { id: 'session-2' } });
      const { phases } = await flows.flow(id);
      expect(phases[0]).toMatchObject({ status: 'running', token: 2, result: null });
      if (tells) {
        expect(other.phasesSaid).toEqual([
          `Lock timeout for ${id}:readiness (held for 360.0s, silent for 300001 ms), forcing release`,
        ]);
      }
    },
  );

  it('[A397, A388] after a failure finds the phase free, with the error kept', async () => {
    await flows.begun(id, 'readiness');
    room.clock.pass(42_000);
    expect(await flows.fail(id, 'readiness', 1, 'Test error')).toMatchObject({
      type: 'PhaseChanged',
      phase: { status: 'failed', error: 'Test error', failures: 1 },
      flow: { status: 'in_progress' },
    });

    expect(await leaseOf('readiness')).toMatchObject({
      hold: null,
      previous: { reason: 'failed', detail: 'Test error' },
    });
    expect(one.phasesSaid.at(-1)).toBe(`Released execution lock for ${id}:readiness (held for 42.0s)`);
    expect(await elsewhere.claim(id, 'readiness', 'session-2')).toMatchObject({ type: 'Resumed', hold: { token: 2 } });
  });

  it('[A386, A397] after the work was done, or given up early, finds no lease held', async () => {
    await flows.begun(id, 'readiness');
    await flows.abandon(id, 'readiness', 1);
    expect(await leaseOf('readiness')).toMatchObject({ hold: null, previous: { reason: 'interrupted' } });
    expect((await flows.flow(id)).phases[0]).toMatchObject({
      status: 'abandoned',
      abandoned: { reason: 'interrupted' },
    });

    const token = await elsewhere.begun(id, 'readiness', 'session-2');
    await elsewhere.complete(id, 'readiness', token, 'twelve are ready');
    expect(await leaseOf('readiness')).toMatchObject({ hold: null, previous: { reason: 'completed' } });
    expect(await flows.claim(id, 'readiness')).toMatchObject({
      type: 'AlreadyCompleted',
      phase: { result: 'twelve are ready' },
    });
    expect(await typesOf('readiness')).toHaveLength(4);
  });

  it('[A390] what nobody ever held is given back without an error', async () => {
    expect(await flows.abandon(id, 'architecture', 1)).toEqual({ type: 'NothingHeld' });
    expect(await typesOf('architecture')).toEqual([]);
  });

  it('[A399] is answered at once: it never waits for the holder, and never wins later', async () => {
    await flows.begun(id, 'readiness');
    const before = room.clock.monotonicMs();
    expect((await elsewhere.claim(id, 'readiness', 'session-2')).type).toBe('AlreadyRunning');
    expect(room.clock.monotonicMs()).toBe(before);
    await flows.complete(id, 'readiness', 1);
    expect(await typesOf('readiness')).toEqual(['LeaseGranted', 'LeaseReleased']);
  });

  it('gives the lease back when the phase was done between its look and its grant', async () => {
    await flows.begun(id, 'readiness');
    await flows.complete(id, 'readiness', 1);
    const stream = leaseStream(phaseResource(id, 'readiness'));
    const late = room.instance();
    const { decisions } = late;
    const look = decisions.lately.bind(decisions);
    // It saw the flow as it was before the phase was done.
    decisions.lately = (async (ageMs: number, aggregate: never, of: string) => {
      const seen = await look(ageMs, aggregate, of);
      decisions.lately = look;
      return { ...seen, state: await stateBefore(room) };
    }) as never;

    expect(await flowsOf(late).claim(id, 'readiness', 'late')).toMatchObject({ type: 'AlreadyCompleted' });

    expect(await room.lease(phaseResource(id, 'readiness'))).toMatchObject({
      hold: null,
      previous: { token: 2, reason: 'already_complete' },
    });
    expect(await room.typesIn(stream)).toHaveLength(4);
  });

  it('asked again by the same name gets the same token again, through another instance too', async () => {
    const first = await flows.claim(id, 'readiness', 'session-1', 'the-same-command');
    const again = await elsewhere.claim(id, 'readiness', 'session-1', 'the-same-command');

    expect(again).toEqual(first);
    expect(await typesOf('readiness')).toEqual(['LeaseGranted']);
  });

  it('begins nothing in a paused flow, while what runs may end; and nothing at all in a cancelled one', async () => {
    await flows.begun(id, 'readiness');
    await one.outcome(new PauseFlow(one.context(), { flowId: id, reason: 'over night', by }));
    expect(await flows.claim(id, 'readiness')).toMatchObject({ type: 'AlreadyRunning' });
    expect(await flows.complete(id, 'readiness', 1)).toMatchObject({ flow: { status: 'paused' } });
    expect(await flows.claim(id, 'architecture')).toMatchObject({ type: 'FlowIsPaused', reason: 'over night' });
    expect(await typesOf('architecture')).toEqual([]);

    await one.outcome(new ContinueFlow(one.context(), { flowId: id, reason: 'good morning', by }));
    expect(await flows.begun(id, 'architecture')).toBe(1);
    await one.outcome(new CancelFlow(one.context(), { flowId: id, reason: 'not needed', by }));
    expect(await leaseOf('architecture')).toMatchObject({ hold: null, previous: { reason: 'cancelled' } });
    expect(await flows.complete(id, 'architecture', 1)).toMatchObject({ type: 'StaleToken' });
    expect(await flows.claim(id, 'architecture')).toMatchObject({ type: 'FlowIsOver', status: 'cancelled' });
  });

  it('[A400] follows an operator who breaks the lease: the loser is fenced, and the log says who and why', async () => {
    await flows.begun(id, 'readiness');
    const resource = phaseResource(id, 'readiness');
    await one.outcome(new BreakLease(one.context(), { resource, operator: 'ada', reason: 'it hangs' }));

    expect((await flows.flow(id)).phases[0]).toMatchObject({
      status: 'abandoned',
      abandoned: { reason: 'manual', detail: 'it hangs' },
    });
    expect(await flows.complete(id, 'readiness', 1)).toMatchObject({ type: 'StaleToken' });
    expect(await typesOf('readiness')).toEqual(['LeaseGranted', 'LeaseBroken']);
    expect(await elsewhere.begun(id, 'readiness')).toBe(2);
  });

  it('writes what a session says of itself into the lease, as evidence', async () => {
    const process = { host: 'box', pid: 4_242, mark: null };
    const claimed = await one.outcome(
      new ClaimPhase(
        one.context(),
        flows.claiming(id, 'readiness', 'session-1', {
          owner: 'assessment crew',
          process,
          ttlMs: policy.phaseTtlMs / 5,
        }),
      ),
    );
    expect(claimed).toMatchObject({ type: 'Resumed', hold: { owner: 'assessment crew', process, ttlMs: 60_000 } });
  });
});

async function stateBefore(room: Custody) {
  const events = await room.log.readForwards(flowStream(id), { max: 1 });
  return events.map((event) => decodeEvent(event) as FlowEvent).reduce(flow.evolve, flow.initial);
}
