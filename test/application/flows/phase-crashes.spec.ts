import { ClaimPhase } from '../../../src/application/flows/claim-phase.js';
import { CompletePhase, FailPhase } from '../../../src/application/flows/finish-phase.js';
import { CancelFlow } from '../../../src/application/flows/steer-flow.js';
import type { CommandContext } from '../../../src/application/command-context.js';
import { phaseResource } from '../../../src/domain/flow/flow.js';
import { Custody } from '../../support/custody.js';
import { flowsOf } from '../../support/flows.js';
import { Killed, MortalStore, type Death } from '../../support/mortal-store.js';

const flowId = 'flow-1';
const phase = 'readiness';
const resource = phaseResource(flowId, phase);
const run = { flowId, phase, token: 1 };
const by = { kind: 'operator', id: 'ada' } as const;

const cases = {
  'a claim': {
    begun: false,
    command: (context: CommandContext) =>
      new ClaimPhase(context, {
        ...{ flowId, phase, ttlMs: 300_000, holder: { kind: 'agent', id: 'session-1', attempt: 1 } as const },
      }),
  },
  'a completion': {
    begun: true,
    command: (context: CommandContext) => new CompletePhase(context, { ...run, result: 7 }),
  },
  'a failure': {
    begun: true,
    command: (context: CommandContext) => new FailPhase(context, { ...run, error: 'no', failsFlow: false }),
  },
  'a cancellation': {
    begun: true,
    command: (context: CommandContext) => new CancelFlow(context, { flowId, reason: 'not needed', by }),
  },
};

async function sceneOf({ begun, command }: (typeof cases)[keyof typeof cases]) {
  const room = new Custody();
  const flows = flowsOf(room.instance());
  await flows.declare(flowId);
  if (begun) await flows.begun(flowId, phase);
  const store = new MortalStore(room.log);
  const mortal = room.instance({ store });
  return {
    ...{ room, flows, store },
    ask: () => mortal.outcome<{ readonly type: string }>(command(mortal.context('the-command'))),
    again: () => {
      const another = room.instance();
      return another.outcome<{ readonly type: string }>(command(another.context('the-command')));
    },
  };
}

async function diedIn(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}

describe.each(Object.entries(cases))('[A397] %s whose process dies in any of its calls', (_name, one) => {
  it('is done once when the same is asked again, and leaves lease and flow of one mind', async () => {
    const whole = await sceneOf(one);
    const expected = await whole.ask();
    const deaths = whole.store.calls.flatMap(({ verb }, index): Death[] =>
      [false, true].filter((done) => !done || verb === 'append').map((done) => ({ at: index + 1, done })),
    );
    let died = 0;
    for (const death of deaths) {
      const scene = await sceneOf(one);
      scene.store.dieIn(death);
      // Two calls at once have one number: not every number is one that a call has.
      if (await diedIn(scene.ask())) died += 1;

      const outcome = await scene.again();

      const { hold } = await scene.room.lease(resource);
      const [{ status, token } = { status: '', token: 0 }] = (await scene.flows.flow(flowId)).phases;
      expect({ death, type: outcome.type }).toEqual({ death, type: expected.type });
      expect({ death, held: hold?.token ?? null }).toEqual({ death, held: status === 'running' ? token : null });
      expect({ death, token }).toEqual({ death, token: 1 });
    }
    expect(died).toBeGreaterThan(4);
  });

  it('leaves nothing that the work under a lease does not recognise as half made, finished or over', async () => {
    const whole = await sceneOf(one);
    await whole.ask();
    for (let at = 1; at <= whole.store.calls.length; at += 1) {
      const scene = await sceneOf(one);
      scene.store.dieIn({ at, done: true });
      await diedIn(scene.ask());
      const { hold } = await scene.room.lease(resource);
      const [seen] = (await scene.flows.flow(flowId)).phases;
      const work = scene.room.instance().work;
      const standing = hold && (await work.standing(resource, hold.token));
      if (hold && seen?.status !== 'running') expect(['unclaimed', 'finished', 'over']).toContain(standing);
      if (hold && seen?.status === 'running') expect(standing).toBe('claimed');
    }
  });
});
