import type { Command } from '@nestjs/cqrs';
import type { Answer } from '../../src/application/answer.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { EndContainer } from '../../src/application/containers/end-container.js';
import { RemoveContainer } from '../../src/application/containers/remove-container.js';
import { ReportProgress } from '../../src/application/containers/report-progress.js';
import { RestartContainer } from '../../src/application/containers/restart-container.js';
import { StartContainer } from '../../src/application/containers/start-container.js';
import { StopContainer } from '../../src/application/containers/stop-container.js';
import { AcquireLease } from '../../src/application/leases/acquire-lease.js';
import { HandOverLease } from '../../src/application/leases/hand-over-lease.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../src/application/leases/operator-acts.js';
import { RecordEffect } from '../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../src/application/leases/release-lease.js';
import { acquiring, operator, policy, ship, startOf, type Custody, type Instance } from '../support/custody.js';

export type Ask = Command<Answer<{ readonly type: string }>>;

/** One command with what it needs to be asked, and the type of its answer. */
export interface Case {
  /** What stood in the log before; gives what the command needs to know of it. */
  readonly given?: (instance: Instance, room: Custody) => Promise<number>;
  readonly command: (context: CommandContext, token: number) => Ask;
  readonly answers: string;
}

const two = ['SHIP-1', 'SHIP-2'];
const ended = { type: 'completed' } as const;
const failed = (permanent: boolean) => ({ type: 'failed', error: 'no fuel', permanent }) as const;
const byHolder = (id: string) => ({ kind: 'holder', id }) as const;
const asked = { resource: ship('SHIP-1'), operator, reason: 'needed elsewhere' };
const toAgent = { kind: 'agent', id: 'agent-2', attempt: 1 } as const;

const running = (instance: Instance) => instance.started({ containerId: 'c-1', ships: two });
async function ending(instance: Instance, end: 'completed' | 'failed' | 'backing off' | 'interrupted', room: Custody) {
  const token = await running(instance);
  if (end === 'interrupted') {
    await room.lookOn(policy.amnestyMs + 1, instance.monitor);
    return token;
  }
  const word = end === 'completed' ? ended : failed(end === 'failed');
  await instance.outcome(new EndContainer(instance.context(), 'c-1', token, word));
  return token;
}
const laden = async (instance: Instance) => {
  const token = await running(instance);
  const record = { type: 'incur', token, obligationId: 'o-1', good: 'FUEL', units: 3 } as const;
  await instance.outcome(new RecordEffect(instance.context(), ship('SHIP-1'), record));
  return token;
};
const end = (what: EndContainer['end']) => (context: CommandContext, token: number) =>
  new EndContainer(context, 'c-1', token, what);
const stop =
  (how: { readonly immediately: boolean; readonly byWorker?: boolean }) => (context: CommandContext, token: number) =>
    new StopContainer(context, {
      containerId: 'c-1',
      reason: 'enough',
      token: how.byWorker ? token : null,
      immediately: how.immediately,
    });
const restart =
  (immediately: boolean, byWorker = false) =>
  (context: CommandContext, token: number) =>
    new RestartContainer(context, { containerId: 'c-1', token: byWorker ? token : null, immediately });
const handOver = (from: string) => (context: CommandContext, token: number) =>
  new HandOverLease(context, {
    resource: ship('SHIP-1'),
    from: { id: from, token },
    to: toAgent,
    operation: 'trade',
    ttlMs: policy.shipTtlMs,
    reason: 'shift ends',
    by: byHolder(from),
  });
const release = (kind: 'container' | 'agent', id: string) => (context: CommandContext, token: number) =>
  new ReleaseLease(context, {
    resource: ship('SHIP-1'),
    holder: { kind, id },
    token,
    reason: 'manual',
    detail: '',
    by: byHolder(id),
  });

/** Every command that writes, in every situation that makes it write differently. */
export const cases: Readonly<Record<string, Case>> = {
  'start with two ships': {
    command: (context) => new StartContainer(context, startOf({ containerId: 'c-1', ships: two })),
    answers: 'Started',
  },
  'start without a ship': {
    command: (context) => new StartContainer(context, startOf({ containerId: 'c-1' })),
    answers: 'Started',
  },
  'start refused on the last ship': {
    given: (instance) => instance.acquired('SHIP-2', 'agent-1'),
    command: (context) => new StartContainer(context, startOf({ containerId: 'c-1', ships: two })),
    answers: 'HeldByAnother',
  },
  'start that takes over one ship of two, and one more': {
    given: running,
    command: (context) =>
      new StartContainer(
        context,
        startOf({ containerId: 'c-2', ships: ['SHIP-0', 'SHIP-2'], takesOver: { containerId: 'c-1' } }),
      ),
    answers: 'Started',
  },
  'start that takes over, refused on another ship': {
    given: async (instance) => {
      await instance.acquired('SHIP-9', 'agent-1');
      return running(instance);
    },
    command: (context) =>
      new StartContainer(
        context,
        startOf({ containerId: 'c-2', ships: ['SHIP-0', 'SHIP-2', 'SHIP-9'], takesOver: { containerId: 'c-1' } }),
      ),
    answers: 'HeldByAnother',
  },
  'start that takes over from an ended one': {
    given: (instance, room) => ending(instance, 'failed', room),
    command: (context) =>
      new StartContainer(context, startOf({ containerId: 'c-2', ships: two, takesOver: { containerId: 'c-1' } })),
    answers: 'Started',
  },
  'restart of a running one': { given: running, command: restart(true), answers: 'Started' },
  'restart out of a back-off': {
    given: (instance, room) => ending(instance, 'backing off', room),
    command: restart(true, true),
    answers: 'Started',
  },
  'restart of a failed one': {
    given: (instance, room) => ending(instance, 'failed', room),
    command: restart(false),
    answers: 'Started',
  },
  'restart of an interrupted one': {
    given: (instance, room) => ending(instance, 'interrupted', room),
    command: restart(false, true),
    answers: 'Started',
  },
  'restart refused on the last ship': {
    given: async (instance, room) => {
      const token = await ending(instance, 'failed', room);
      await instance.acquired('SHIP-2', 'agent-1');
      return token;
    },
    command: restart(false),
    answers: 'HeldByAnother',
  },
  complete: { given: running, command: end(ended), answers: 'ContainerChanged' },
  'complete with cargo aboard': { given: laden, command: end(ended), answers: 'ContainerChanged' },
  'fail for good': { given: running, command: end(failed(true)), answers: 'ContainerChanged' },
  'fail with a restart left': { given: running, command: end(failed(false)), answers: 'ContainerChanged' },
  'ask to stop': { given: running, command: stop({ immediately: false }), answers: 'ContainerChanged' },
  'stop at once': { given: running, command: stop({ immediately: true }), answers: 'ContainerChanged' },
  'stop by its worker': {
    given: running,
    command: stop({ immediately: false, byWorker: true }),
    answers: 'ContainerChanged',
  },
  'stop out of a back-off': {
    given: (instance, room) => ending(instance, 'backing off', room),
    command: stop({ immediately: false }),
    answers: 'ContainerChanged',
  },
  'stop of a failed one': {
    given: (instance, room) => ending(instance, 'failed', room),
    command: stop({ immediately: false }),
    answers: 'ContainerChanged',
  },
  remove: {
    given: (instance, room) => ending(instance, 'completed', room),
    command: (context) => new RemoveContainer(context, 'c-1'),
    answers: 'ContainerChanged',
  },
  'remove with a lease left over': {
    given: async (instance) => {
      const token = await laden(instance);
      await instance.outcome(new EndContainer(instance.context(), 'c-1', token, ended));
      const record = { type: 'settle', token, obligationId: 'o-1', how: 'sold', by: byHolder('c-1') } as const;
      await instance.outcome(new RecordEffect(instance.context(), ship('SHIP-1'), record));
      return token;
    },
    command: (context) => new RemoveContainer(context, 'c-1'),
    answers: 'ContainerChanged',
  },
  'report progress': {
    given: running,
    command: (context, token) =>
      new ReportProgress(context, 'c-1', { type: 'iteration', token, visited: [], report: {} }),
    answers: 'ContainerChanged',
  },
  acquire: {
    command: (context) => new AcquireLease(context, acquiring('SHIP-1', 'agent-1')),
    answers: 'Granted',
  },
  'hand over by a session': {
    given: (instance) => instance.acquired('SHIP-1', 'agent-1'),
    command: handOver('agent-1'),
    answers: 'Granted',
  },
  'hand over by a container with another ship': { given: running, command: handOver('c-1'), answers: 'Granted' },
  'break the lease of a container with another ship': {
    given: running,
    command: (context) => new BreakLease(context, asked),
    answers: 'Freed',
  },
  'break the lease of a container that is stopping': {
    given: async (instance) => {
      const token = await running(instance);
      await instance.outcome(stop({ immediately: false })(instance.context(), token));
      return token;
    },
    command: (context) => new BreakLease(context, asked),
    answers: 'Freed',
  },
  'break the lease of a session': {
    given: (instance) => instance.acquired('SHIP-1', 'agent-1'),
    command: (context) => new BreakLease(context, asked),
    answers: 'Freed',
  },
  'reserve what is free': {
    command: (context) => new ReserveLease(context, { ...asked, displaces: false }),
    answers: 'Reserved',
  },
  'reserve and displace a container with another ship': {
    given: running,
    command: (context) => new ReserveLease(context, { ...asked, displaces: true }),
    answers: 'Reserved',
  },
  lift: {
    given: async (instance) => {
      await instance.outcome(new ReserveLease(instance.context(), { ...asked, displaces: false }));
      return 1;
    },
    command: (context) => new LiftReservation(context, asked),
    answers: 'Freed',
  },
  'release by a session': {
    given: (instance) => instance.acquired('SHIP-1', 'agent-1'),
    command: release('agent', 'agent-1'),
    answers: 'Freed',
  },
  'release by a container with another ship': {
    given: running,
    command: release('container', 'c-1'),
    answers: 'Freed',
  },
  'release with cargo aboard': { given: laden, command: release('container', 'c-1'), answers: 'Laden' },
  'intend an effect': {
    given: running,
    command: (context, token) =>
      new RecordEffect(context, ship('SHIP-1'), {
        type: 'intend',
        token,
        effectId: 'e-1',
        action: 'buy',
        withinMs: 5_000,
        probe: {},
      }),
    answers: 'Recorded',
  },
};
