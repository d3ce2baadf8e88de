import { containerOf, dataOf, shipOf, type Data, type Evidence, type Finding } from './evidence.js';

interface ContainerFold {
  readonly isRunByDaemon: boolean;
  readonly daemon: string | undefined;
  readonly isOver: boolean;
  /** Backing off, or interrupted: the same daemon may begin the next attempt. */
  readonly mayComeBack: boolean;
}

interface Reign {
  readonly daemon: string;
  readonly from: number;
  /** Ships that were held all the time since it came up: its receipt counts each of them. */
  readonly throughout: Set<string>;
  /** Ships that were held at some time since: it counts no other. */
  readonly ever: Set<string>;
}

/** With `alone`, each daemon comes up when the one before it is gone: then what it found is its own at its receipt. */
export interface ReignRules {
  readonly alone: boolean;
}

/**
 * Every daemon takes a container over once; its receipt adds up to the leases that were in force, and by then it runs all
 * that was left behind. No kill costs a container a restart.
 */
export function judgeReigns({ events, player }: Evidence, { alone }: ReignRules): readonly Finding[] {
  const findings: Finding[] = [];
  const containers = new Map<string, ContainerFold>();
  const held = new Set<string>();
  const reigns = new Map<string, Reign>();
  events.forEach((event, index) => {
    const data = dataOf(event);
    const container = containerOf(event);
    if (container !== undefined) {
      const before = containers.get(container);
      const say = (rule: Finding['rule'], what: string) => findings.push({ rule, of: container, what });
      const isItsOwn = before?.daemon !== undefined && before.daemon === data.daemon && !before.mayComeBack;
      if (event.type === 'ContainerStarted' && isItsOwn) {
        say('takeover', `was taken over twice by ${data.daemon}, attempt ${data.attempt}`);
      }
      const isSpent = event.type === 'ContainerAttemptEnded' && data.outcome === 'failed';
      if (isSpent || event.type === 'ContainerFailed') say('budget', `${event.type}: ${data.error}`);
      const after = afterContainerEvent(before, event.type, data);
      if (after) containers.set(container, after);
    }
    const ship = shipOf(event, player);
    if (ship !== undefined) noteHold(held, ship, event.type, data);
    for (const { throughout, ever } of reigns.values()) {
      for (const each of throughout) if (!held.has(each)) throughout.delete(each);
      if (ship !== undefined && held.has(ship)) ever.add(ship);
    }
    if (event.type === 'InstanceStarted') {
      reigns.set(data.instance, {
        daemon: data.instance,
        from: index,
        throughout: new Set(held),
        ever: new Set(held),
      });
    } else if (event.type === 'InstanceRecovered') {
      const reign = reigns.get(data.instance);
      reigns.delete(data.instance);
      findings.push(...amissIn(data.instance, data.receipt, reign));
      if (!alone) return;
      for (const [id, { isRunByDaemon, daemon, isOver, mayComeBack }] of containers) {
        if (!isRunByDaemon || isOver || mayComeBack || daemon === data.instance) continue;
        findings.push({
          rule: 'takeover',
          of: id,
          what: `is left to ${daemon} by ${data.instance}, which says it is done`,
        });
      }
    }
  });
  const last = [...reigns.keys()].at(-1);
  const isLast = events.findLast(({ type }) => type === 'InstanceStarted');
  if (last !== undefined && isLast && dataOf(isLast).instance === last) {
    findings.push({ rule: 'receipt', of: last, what: 'the last start wrote none' });
  }
  return findings;
}

function afterContainerEvent(before: ContainerFold | undefined, type: string, data: Data): ContainerFold | undefined {
  switch (type) {
    case 'ContainerCreated':
      return { isRunByDaemon: data.runner === 'daemon', daemon: undefined, isOver: false, mayComeBack: false };
    case 'ContainerStarted':
      return before && { ...before, daemon: data.daemon, isOver: false, mayComeBack: false };
    case 'ContainerAttemptEnded':
    case 'ContainerInterrupted':
      return before && { ...before, mayComeBack: true };
    case 'ContainerCompleted':
    case 'ContainerFailed':
    case 'ContainerStopped':
      return before && { ...before, isOver: true };
    default:
      return before;
  }
}

function noteHold(held: Set<string>, ship: string, type: string, data: Data): void {
  if (type === 'LeaseChapterOpened') {
    if (data.state.hold) held.add(ship);
    else held.delete(ship);
  } else if (type === 'LeaseGranted' || type === 'LeaseHandedOver' || type === 'LeaseReserved') held.add(ship);
  else if (type === 'LeaseReleased' || type === 'LeaseExpired' || type === 'LeaseBroken') held.delete(ship);
}

function amissIn(daemon: string, receipt: Data, reign: Reign | undefined): readonly Finding[] {
  const { leases, lost, ...parts } = receipt as { leases: number; lost: unknown[] } & Record<string, number>;
  const sum = Object.values(parts).reduce<number>((total, part) => total + Number(part), 0);
  const say = (what: string): Finding => ({ rule: 'receipt', of: daemon, what });
  return [
    ...(sum === leases ? [] : [say(`${leases} leases, and ${sum} of them told`)]),
    ...(lost.length === 0 ? [] : [say(`lost ${JSON.stringify(lost)}`)]),
    ...(reign ? [] : [say('recovered before it started')]),
    ...(reign && (leases < reign.throughout.size || leases > reign.ever.size)
      ? [say(`${leases} leases, while ${reign.throughout.size} to ${reign.ever.size} were in force`)]
      : []),
  ];
}
