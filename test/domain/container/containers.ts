import { beginAttempt, complete, fail, type RestartRules } from '../../../src/domain/container/attempts.js';
import { container } from '../../../src/domain/container/container.js';
import type { ContainerDescription, ContainerEvent, ContainerSnapshot } from '../../../src/domain/container/events.js';
import { markStopped, stop } from '../../../src/domain/container/lifecycle.js';
import { containerRefusalText, isContainerRefusal } from '../../../src/domain/container/refusals.js';
import { examples } from '../../support/examples.js';
import { givenOf } from '../../support/given.js';

/** The instant at which these containers are created. */
export const t0 = 1_000_000;
export const containerId = 'mining-1';
export const minutes = (count: number) => count * 60_000;

/** A container without a ship: its token is its attempt's number. */
export const description = (overrides: Partial<ContainerDescription> = {}): ContainerDescription => ({
  containerId,
  player: 1,
  containerType: 'MINING',
  commandType: '',
  config: {},
  metadata: {},
  ships: [],
  maxIterations: 10,
  restartPolicy: 'no',
  maxRestarts: 3,
  parentId: null,
  ...overrides,
});

export const given = givenOf(container);
export const givenNothing = given();
export const givenPending = (overrides: Partial<ContainerDescription> = {}) =>
  given(examples.container.created({ ...description(overrides), atMs: t0 }));

const started = (attempt: number, atMs: number): ContainerEvent[] => [
  { type: 'ContainerStarting', containerId, attempt, atMs },
  { type: 'ContainerStarted', containerId, attempt, leases: [], atMs },
];

/** Created at `t0`, started at `t0 + 1000`. */
export const givenRunning = (overrides: Partial<ContainerDescription> = {}) =>
  given(...givenPending(overrides).history, ...started(1, t0 + 1_000));

/** In whatever state the test needs, as a chapter that says so. */
export const givenThat = (overrides: Partial<ContainerSnapshot>) => {
  const running = givenRunning().state;
  if (!running) throw new Error('no container');
  const state = { ...running, ...overrides };
  return given({ type: 'ContainerChapterOpened', containerId: state.containerId, atMs: t0, state });
};

export const rules: RestartRules = { delaysMs: [5_000, 30_000, 120_000], healthyAfterMs: minutes(10) };
export const at = (nowMs: number) => ({ containerId, nowMs });
/** The first attempt speaks. */
export const asHolder = (nowMs: number, token = 1) => ({ containerId, nowMs, token });
export const completing = (nowMs: number, token = 1) => ({ ...asHolder(nowMs, token), rules });
export const failing = (nowMs: number, error: string, token = 1) => ({
  ...asHolder(nowMs, token),
  error,
  permanent: false,
  rules,
});
export const stopping = (nowMs: number) => ({ ...at(nowMs), reason: 'asked' });
export const turning = (nowMs: number, token = 1) => ({ ...asHolder(nowMs, token), visited: [], report: {} });

export const changed = { type: 'Changed', already: false } as const;
export const unchanged = { type: 'Changed', already: true } as const;

export const restarting = (nowMs: number) => ({ ...at(nowMs), leases: [], immediately: true });

/** A failed container as the first event of its restart leaves it. */
export const afterReset = (failed: ReturnType<typeof given>, nowMs = t0) => {
  const [reset] = failed.when(beginAttempt, restarting(nowMs)).events;
  return reset?.type === 'ContainerReset' ? given(...failed.history, reset) : failed;
};

export const starting = (nowMs: number) => ({ ...at(nowMs), leases: [] });

export const stopped = () =>
  givenRunning()
    .when(stop, stopping(t0 + 2_000))
    .when(markStopped, at(t0 + 3_000));
export const completed = () => givenRunning().when(complete, completing(t0 + minutes(10)));
export const failed = () => givenRunning().when(fail, failing(t0 + 2_000, 'extraction failed'));

export function textOf(outcome: { readonly type: string } | undefined): string {
  if (!outcome || !isContainerRefusal(outcome)) throw new Error(`${outcome?.type} is no refusal`);
  return containerRefusalText(outcome);
}

/** Milliseconds from the first start to the end, or to now while it goes on; 0 before the start. */
export function runtimeMs({ startedAtMs, stoppedAtMs }: ContainerSnapshot, nowMs: number): number {
  return startedAtMs === null ? 0 : (stoppedAtMs ?? nowMs) - startedAtMs;
}
