import type { EventMetadata, NewEvent, RecordedEvent } from '../../src/application/ports/event-store.js';
import type { AgentTaskDescription, AgentTaskEvent, AgentTaskSnapshot } from '../../src/domain/agent-task/events.js';
import type { AgentEvent } from '../../src/domain/agent/agent.js';
import type { ContainerDescription, ContainerEvent, ContainerSnapshot } from '../../src/domain/container/events.js';
import type { FlowEvent, FlowSnapshot, PhaseSnapshot } from '../../src/domain/flow/events.js';
import type { InstanceEvent } from '../../src/domain/instance/instance.js';
import type { JsonObject } from '../../src/domain/kernel/json.js';
import type {
  Asker,
  Hold,
  Holder,
  Inheritance,
  LeaseEvent,
  LeaseSnapshot,
  Obligation,
  OpenEffect,
  PastHold,
} from '../../src/domain/lease/events.js';
import { shipResource, type Resource } from '../../src/domain/lease/resource.js';
import type { PlayerEvent } from '../../src/domain/player/player.js';
import type { RequestEvent } from '../../src/domain/request/request.js';
import type { MarketEvent } from '../../src/domain/market/market.js';
import type { SystemChart, SystemEvent, Waypoint } from '../../src/domain/system/system.js';

type AnyEvent =
  | LeaseEvent
  | ContainerEvent
  | SystemEvent
  | MarketEvent
  | PlayerEvent
  | InstanceEvent
  | RequestEvent
  | FlowEvent
  | AgentTaskEvent
  | AgentEvent;
type EventOf<Type extends AnyEvent['type']> = Extract<AnyEvent, { readonly type: Type }>;
type Overrides<T> = Partial<Omit<T, 'type'>>;

const like =
  <T extends object>(canonical: T) =>
  (overrides: Partial<T> = {}): T => ({ ...canonical, ...overrides });

const event =
  <Type extends AnyEvent['type']>(type: Type, canonical: Omit<EventOf<Type>, 'type'>) =>
  (overrides: Overrides<EventOf<Type>> = {}): EventOf<Type> =>
    ({ type, ...canonical, ...overrides }) as EventOf<Type>;

/** Noon of one day; every example happens at it unless told otherwise. */
const atMs = Date.UTC(2026, 0, 15, 12);

const containerId = 'scout-tour-COOPER-2-85834fb5';
const ship: Resource = shipResource(1, 'COOPER-2');
const holder = like<Holder>({ kind: 'container', id: containerId, attempt: 1 });
const agent = like<Holder>({ kind: 'agent', id: 'agent-7', attempt: 1 });
const operator = like<Holder>({ kind: 'operator', id: 'ada', attempt: 1 });
const asker = like<Asker>({ kind: 'holder', id: containerId });

const openEffect = like<OpenEffect>({
  effectId: '4f3c1f0e-8a58-4b86-9d57-0d6f3e1f2a11',
  action: 'purchase',
  token: 1,
  deadlineMs: atMs + 30_000,
  probe: { look: 'cargo', good: 'IRON_ORE', unitsBefore: 0 },
});
const obligation = like<Obligation>({ obligationId: 'cargo-IRON_ORE', good: 'IRON_ORE', units: 40, sinceMs: atMs });
const pastHold = like<PastHold>({
  holder: agent(),
  token: 0,
  reason: 'completed',
  detail: '',
  freedAtMs: atMs - 60_000,
});
const inheritance = like<Inheritance>({ effects: [], obligations: [], previous: null });
const hold = like<Hold>({
  holder: holder(),
  token: 1,
  operation: 'scout-tour',
  ttlMs: 30_000,
  sinceMs: atMs,
  reason: '',
});
const leaseSnapshot = like<LeaseSnapshot>({
  lastToken: 1,
  hold: hold(),
  previous: pastHold(),
  freeFromMs: 0,
  effects: [openEffect()],
  obligations: [obligation()],
});

const ofLease = { resource: ship, token: 1, atMs };
const ofHold = { ...ofLease, holder: holder() };
const newHold = { ...ofHold, operation: 'scout-tour', ttlMs: 30_000, inherited: inheritance() };

const lease = {
  granted: event('LeaseGranted', newHold),
  handedOver: event('LeaseHandedOver', {
    ...newHold,
    token: 2,
    holder: holder({ attempt: 2 }),
    from: { holder: holder(), token: 1 },
    reason: 'new attempt',
    by: asker({ kind: 'system', id: 'recovery' }),
  }),
  reserved: event('LeaseReserved', {
    ...newHold,
    token: 2,
    holder: operator(),
    operation: 'reservation',
    reason: 'under repair',
    displaced: { holder: holder(), token: 1 },
  }),
  released: event('LeaseReleased', { ...ofHold, reason: 'completed', detail: '', by: asker() }),
  expired: event('LeaseExpired', {
    ...ofHold,
    evidence: { silentForMs: 31_250.5, ttlMs: 30_000, lastBeat: 12, observedRevision: '3', monitor: 'daemon-a' },
    freeFromMs: atMs + 30_000,
  }),
  broken: event('LeaseBroken', {
    ...ofHold,
    reason: 'the holder is gone for good',
    by: asker({ kind: 'operator', id: 'ada' }),
    freeFromMs: atMs,
  }),
  effectIntended: event('EffectIntended', {
    resource: ship,
    token: 1,
    atMs,
    effectId: openEffect().effectId,
    action: 'purchase',
    deadlineMs: atMs + 30_000,
    probe: openEffect().probe,
  }),
  effectObserved: event('EffectObserved', {
    ...ofLease,
    effectId: openEffect().effectId,
    result: 'happened',
    evidence: { unitsAfter: 40 },
  }),
  obligationIncurred: event('ObligationIncurred', {
    ...ofLease,
    obligationId: 'cargo-IRON_ORE',
    good: 'IRON_ORE',
    units: 40,
  }),
  obligationSettled: event('ObligationSettled', {
    ...ofLease,
    obligationId: 'cargo-IRON_ORE',
    how: 'sold',
    by: asker(),
  }),
  chapterOpened: event('LeaseChapterOpened', { resource: ship, atMs, state: leaseSnapshot() }),
};

const containerDescription = like<ContainerDescription>({
  containerId,
  player: 1,
  containerType: 'SCOUT_TOUR',
  commandType: 'ScoutTourCommand',
  config: { ship_symbol: 'COOPER-2', markets: ['X1-GZ7-A1', 'X1-GZ7-B6'] },
  metadata: { asked_by: 'ada' },
  ships: ['COOPER-2'],
  maxIterations: -1,
  restartPolicy: 'on-failure',
  maxRestarts: 3,
  parentId: null,
});
const containerSnapshot = like<ContainerSnapshot>({
  ...containerDescription(),
  status: 'RUNNING',
  attempt: 2,
  leases: [{ ship: 'COOPER-2', token: 2 }],
  iteration: 4,
  restartCount: 1,
  backOff: null,
  progress: { visited: ['X1-GZ7-A1'], lastLap: { order: ['X1-GZ7-A1', 'X1-GZ7-B6'], completedAtMs: atMs - 90_000 } },
  createdAtMs: atMs - 600_000,
  updatedAtMs: atMs,
  startedAtMs: atMs - 599_000,
  attemptStartedAtMs: atMs - 120_000,
  iterationInAttempt: 1,
  stoppedAtMs: null,
  lastError: 'no fuel',
  exitCode: null,
  exitReason: null,
  stopReason: null,
  removed: false,
});

const inAttempt = { containerId, attempt: 1, atMs };

const container = {
  created: event('ContainerCreated', { ...containerDescription(), atMs }),
  starting: event('ContainerStarting', inAttempt),
  started: event('ContainerStarted', { ...inAttempt, leases: [{ ship: 'COOPER-2', token: 1 }] }),
  probationBegun: event('ContainerProbationBegun', { ...inAttempt, company: 2 }),
  probationPassed: event('ContainerProbationPassed', inAttempt),
  marketVisited: event('ContainerMarketVisited', { ...inAttempt, waypoint: 'X1-GZ7-A1' }),
  iterationCompleted: event('ContainerIterationCompleted', {
    ...inAttempt,
    iteration: 1,
    visited: ['X1-GZ7-A1', 'X1-GZ7-B6'],
    report: { markets: 2 },
  }),
  metadataSet: event('ContainerMetadataSet', { containerId, atMs, entries: { phase: 'outbound' } }),
  attemptEnded: event('ContainerAttemptEnded', {
    ...inAttempt,
    outcome: 'failed',
    error: 'no fuel',
    restartCount: 1,
    notBeforeMs: atMs + 5_000,
  }),
  completed: event('ContainerCompleted', { ...inAttempt, exitCode: 0 }),
  failed: event('ContainerFailed', { ...inAttempt, error: 'no fuel', exitReason: 'restarts exhausted', exitCode: 1 }),
  stopRequested: event('ContainerStopRequested', { ...inAttempt, reason: 'manual' }),
  stopped: event('ContainerStopped', { ...inAttempt, exitReason: 'stopped by ada' }),
  interrupted: event('ContainerInterrupted', { ...inAttempt, reason: 'daemon_shutdown' }),
  reset: event('ContainerReset', { containerId, atMs, restartCount: 1 }),
  removed: event('ContainerRemoved', { containerId, atMs }),
  chapterOpened: event('ContainerChapterOpened', { containerId, atMs, state: containerSnapshot() }),
};

const waypoint = like<Waypoint>({
  symbol: 'X1-GZ7-A1',
  type: 'PLANET',
  x: 12,
  y: -7,
  traits: ['MARKETPLACE', 'SHIPYARD'],
  hasFuel: true,
  orbits: null,
});
const chart = like<SystemChart>({
  symbol: 'X1-GZ7',
  type: 'RED_STAR',
  waypoints: [waypoint(), waypoint({ symbol: 'X1-GZ7-A2', type: 'MOON', orbits: 'X1-GZ7-A1', traits: [] })],
});

const system = { charted: event('SystemCharted', { chart: chart(), atMs }) };
const market = {
  scanned: event('MarketScanned', {
    waypoint: 'X1-GZ7-A1',
    system: 'X1-GZ7',
    player: 1,
    ship: 'COOPER-2',
    goods: [
      {
        good: 'FUEL',
        type: 'EXCHANGE',
        supply: 'ABUNDANT',
        activity: null,
        purchasePrice: 72,
        sellPrice: 68,
        tradeVolume: 180,
      },
    ],
    atMs,
  }),
};
const player = { registered: event('PlayerRegistered', { player: 1, agentSymbol: 'COOPER', atMs }) };
const instance = {
  started: event('InstanceStarted', {
    instance: 'a',
    version: '0.1.0',
    host: 'localhost',
    pid: 4711,
    leasesFound: 12,
    amnestyMs: 60_000,
    atMs,
  }),
  recovered: event('InstanceRecovered', {
    instance: 'a',
    receipt: {
      leases: 9,
      adopted: 1,
      run: 1,
      awaitingWorker: 1,
      sessions: 1,
      reserved: 1,
      beingMade: 1,
      released: 1,
      laden: 1,
      unverified: 1,
      lost: [{ containerId: 'c-1', reason: 'assignment_conflict: COOPER-2 is held by c-2' }],
    },
    tookMs: 12,
    atMs,
  }),
  stopped: event('InstanceStopped', { instance: 'a', reason: 'SIGTERM', leasesKept: 12, uptimeMs: 3_600_000, atMs }),
};
const request = {
  answered: event('RequestAnswered', {
    fingerprint: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    status: 201,
    body: { token: 1 },
    atMs,
  }),
};

const flowId = 'assessment-7f3a';
const phaseSnapshot = like<PhaseSnapshot>({
  name: 'readiness_assessment',
  runs: true,
  status: 'running',
  attempt: 1,
  token: 1,
  failures: 0,
  holder: agent(),
  progress: { done: 3, of: 10 },
  result: null,
  error: null,
  abandoned: null,
  startedAtMs: atMs,
  endedAtMs: null,
});
const flowSnapshot = like<FlowSnapshot>({
  flowId,
  maxFailures: null,
  status: 'in_progress',
  phases: [phaseSnapshot()],
  reason: null,
  declaredAtMs: atMs,
  updatedAtMs: atMs,
  endedAtMs: null,
});
const ofRun = { flowId, phase: 'readiness_assessment', attempt: 1, token: 1, atMs };
const flow = {
  declared: event('FlowDeclared', {
    flowId,
    phases: [
      { name: 'readiness_assessment', runs: true },
      { name: 'complexity_analysis', runs: true },
      { name: 'finalization', runs: false },
    ],
    maxFailures: null,
    atMs,
  }),
  started: event('PhaseStarted', { ...ofRun, holder: agent() }),
  progressed: event('PhaseProgressed', { ...ofRun, progress: { done: 3, of: 10 } }),
  completed: event('PhaseCompleted', { ...ofRun, result: { ready: 12 }, next: 'complexity_analysis' }),
  failed: event('PhaseFailed', { ...ofRun, error: 'the agent gave no answer', failures: 1 }),
  lost: event('PhaseAbandoned', { ...ofRun, reason: 'expired', detail: 'silent for 300001 ms' }),
  passed: event('PhasePassed', { flowId, phase: 'finalization', next: null, atMs }),
  paused: event('FlowPaused', { flowId, reason: 'over night', by: { kind: 'operator', id: 'ada' }, atMs }),
  continued: event('FlowContinued', { flowId, reason: 'good morning', by: { kind: 'operator', id: 'ada' }, atMs }),
  cancelled: event('FlowCancelled', {
    flowId,
    reason: 'not needed any more',
    by: { kind: 'operator', id: 'ada' },
    running: { phase: 'readiness_assessment', attempt: 1, token: 1 },
    atMs,
  }),
  flowFailed: event('FlowFailed', { flowId, phase: 'readiness_assessment', error: 'the agent gave no answer', atMs }),
  flowCompleted: event('FlowCompleted', { flowId, atMs }),
  chapter: event('FlowChapterOpened', { flowId, state: flowSnapshot(), atMs }),
};
const taskDescription = like<AgentTaskDescription>({
  queue: 'orkestra',
  taskId: '999',
  title: 'Write the parser',
  taskType: 'backend',
  dependencies: ['998'],
  assignedTo: null,
  priority: 2,
  estimates: { estimated_time: '2h', blocking: ['1000'] },
});
const ofTask = { queue: 'orkestra', taskId: '999', atMs };
const underToken = { ...ofTask, token: 1, agent: 'agent-7' };
const taskFailure = { errorType: 'timeout', details: 'the build took too long', failures: 1 };
const taskSnapshot = like<AgentTaskSnapshot>({
  ...taskDescription(),
  status: 'failed',
  lastToken: 1,
  claim: null,
  failures: 1,
  failedBy: ['agent-7'],
  lastFailure: { agent: 'agent-7', errorType: 'timeout', details: 'the build took too long', atMs },
  retryAtMs: atMs + 300_000,
  completion: null,
  lastRefusal: null,
  queuedAtMs: atMs - 600_000,
  updatedAtMs: atMs,
});
const agentTask = {
  queued: event('TaskQueued', { ...taskDescription(), atMs }),
  claimed: event('TaskClaimed', { ...underToken, holder: agent(), failures: 0 }),
  claimRefused: event('TaskClaimRefused', {
    ...ofTask,
    agent: 'agent-7',
    reason: 'dependency_blocked',
    open: ['998'],
    assignedTo: null,
  }),
  completed: event('TaskCompleted', { ...underToken, notes: 'with tests', actualTime: '90 minutes' }),
  failed: event('TaskFailed', { ...underToken, ...taskFailure, retryAtMs: atMs + 300_000 }),
  poisoned: event('TaskPoisoned', { ...underToken, ...taskFailure, failures: 4 }),
  abandoned: event('TaskAbandoned', { ...underToken, reason: 'interrupted', detail: 'SCRIPT_EXIT' }),
  requeued: event('TaskRequeued', {
    ...ofTask,
    reason: 'the tests were wrong',
    by: asker({ kind: 'operator', id: 'ada' }),
  }),
  reassigned: event('TaskReassigned', {
    ...ofTask,
    agent: 'agent-8',
    from: null,
    why: 'agent-7 failed: timeout',
    by: asker({ kind: 'system', id: 'retry' }),
  }),
  chapterOpened: event('TaskChapterOpened', { ...ofTask, state: taskSnapshot() }),
};
const worker = { registered: event('AgentRegistered', { name: 'agent-7', speciality: 'backend', atMs }) };

const commandId = '6f1f0d3e-6a4b-4a64-8a36-0b2f5d1c9e10';
const metadata = like<EventMetadata>({
  commandId,
  $correlationId: commandId,
  $causationId: commandId,
  actor: { key: 'local', role: 'operator', player: 1 },
  via: 'test',
  schemaVersion: 1,
});

/** The event as it would be given to the store. */
function newEvent({ type, ...data }: AnyEvent, overrides: Partial<NewEvent> = {}): NewEvent {
  return {
    id: 'b7d9b0f1-3c58-4a7b-9d11-4b7d3d1f5a01',
    type,
    data: data as unknown as JsonObject,
    metadata: metadata(),
    ...overrides,
  };
}

/** The event as the store would give it back. */
function recorded(event: AnyEvent, overrides: Partial<RecordedEvent> = {}): RecordedEvent {
  return { ...newEvent(event), stream: 'ship-1.COOPER-2', revision: 0n, position: 1n, createdMs: atMs, ...overrides };
}

/** One canonical value of everything; each is a function that takes what should be different. */
export const examples = {
  atMs,
  containerId,
  ship: () => ship,
  holder,
  agent,
  operator,
  asker,
  openEffect,
  obligation,
  pastHold,
  inheritance,
  hold,
  leaseSnapshot,
  lease,
  containerDescription,
  containerSnapshot,
  container,
  waypoint,
  chart,
  system,
  market,
  player,
  instance,
  request,
  flowSnapshot,
  flow,
  taskDescription,
  taskSnapshot,
  agentTask,
  worker,
  metadata,
  newEvent,
  recorded,
  /** Every event there is, once. */
  everyEvent: (): readonly AnyEvent[] =>
    [lease, container, system, market, player, instance, request, flow, agentTask, worker].flatMap((family) =>
      Object.values<() => AnyEvent>(family).map((make) => make()),
    ),
};
