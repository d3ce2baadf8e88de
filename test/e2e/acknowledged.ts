import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { Answered } from './journal-client.js';

interface Expected {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly times: number;
}

/** What the log must hold for an answer that somebody was given: what was granted once, what was refused never. */
function expectedFor(answered: Answered): readonly Expected[] {
  const [, ship, ofShip = ''] = /^players\/1\/ships\/([^/]+)\/(.+)$/.exec(answered.path) ?? [];
  if (ship !== undefined) return ofLease(`ship-1.${ship}`, ofShip, answered);
  const [, id, verb] = /^containers(?:\/([^/]+)\/(\w+))?$/.exec(answered.path) ?? [];
  return ofContainer(`container-${id ?? String(answered.body['id'])}`, verb, answered);
}

function ofLease(stream: string, path: string, { body, status, answer }: Answered): readonly Expected[] {
  const { token, effectId, holder: id } = body;
  const [, observed] = /^effects\/(.+)\/observation$/.exec(path) ?? [];
  if (observed !== undefined) return [{ stream, type: 'EffectObserved', data: { effectId: observed }, times: 1 }];
  if (path === 'effects') return [{ stream, type: 'EffectIntended', data: { effectId }, times: 1 }];
  if (path === 'lease/release') return [{ stream, type: 'LeaseReleased', data: { token }, times: 1 }];
  const holder = { kind: 'agent', id, attempt: 1 };
  if (status === 409) return [{ stream, type: 'LeaseGranted', data: { holder }, times: 0 }];
  return [
    { stream, type: 'LeaseGranted', data: { holder, token: answer.token }, times: 1 },
    { stream, type: 'LeaseGranted', data: { holder }, times: 1 },
  ];
}

function ofContainer(stream: string, verb: string | undefined, { body, status, answer }: Answered) {
  const once = (type: string, data: Expected['data'] = {}, of = stream) => ({ stream: of, type, data, times: 1 });
  if (verb === 'iterations') return [once('ContainerIterationCompleted', { report: body['report'] })];
  if (verb === 'complete') return [once('ContainerCompleted')];
  if (status === 409) return [{ ...once('ContainerCreated'), times: 0 }];
  const leases = answer.leases as readonly { readonly ship: string; readonly token: number }[];
  const granted = leases.map(({ ship, token }) => once('LeaseGranted', { token }, `ship-1.${ship}`));
  return [once('ContainerCreated'), once('ContainerStarted'), ...granted];
}

/** What was acknowledged and is not in the log as often as it must be. */
export function amissIn(events: readonly RecordedEvent[], answers: readonly Answered[]): readonly string[] {
  const byKind = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const kind = `${event.stream} ${grantOr(event.type)}`;
    const known = byKind.get(kind);
    if (known) known.push(event);
    else byKind.set(kind, [event]);
  }
  return answers.flatMap((answered) =>
    expectedFor(answered).flatMap(({ stream, type, data, times }) => {
      const found = (byKind.get(`${stream} ${type}`) ?? []).filter((event) => includes(event.data, data)).length;
      if (found === times) return [];
      return `${answered.path} ${JSON.stringify(answered.body)} was answered ${answered.status}, but ${stream} has ${found} ${type}`;
    }),
  );
}

/** A token is granted in either way: a claim that is taken up again passes to itself. */
function grantOr(type: string): string {
  return type === 'LeaseHandedOver' ? 'LeaseGranted' : type;
}

function includes(all: RecordedEvent['data'], some: Expected['data']): boolean {
  return Object.entries(some).every(([name, value]) => JSON.stringify(all[name]) === JSON.stringify(value));
}
