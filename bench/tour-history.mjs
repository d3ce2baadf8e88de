import { randomUUID } from 'node:crypto';

const fleetSize = 1_000;
const markets = ['A1', 'B2', 'C3', 'D4', 'E5'].map((name) => `X1-TS98-${name}`);
const none = { effects: [], obligations: [], previous: null };
const by = { kind: 'system', id: 'recovery' };

function recorded(type, data) {
  const commandId = randomUUID();
  const actor = { key: 'bench', role: 'operator', player: null };
  const metadata = {
    commandId,
    $correlationId: commandId,
    $causationId: commandId,
    actor,
    via: 'test',
    schemaVersion: 1,
  };
  return { id: randomUUID(), type, data, metadata };
}

/**
 * What a fleet of scouts writes: tours that visit, finish laps, sometimes fail and go on in a new attempt, and ships
 * that change hands with them. Yields appends in an order that mixes the ships.
 * @param wanted about how many events in all
 */
export function* tourHistory(wanted) {
  let written = 0;
  let atMs = Date.UTC(2026, 0, 1);
  const emit = (stream, ...events) => {
    written += events.length;
    return { stream, events: events.map(([type, data]) => recorded(type, data)) };
  };
  const waypoints = markets.map((symbol, index) => ({
    symbol,
    type: 'PLANET',
    x: index * 7,
    y: index * 11,
    traits: ['MARKETPLACE'],
    hasFuel: true,
    orbits: null,
  }));
  yield emit('system-X1-TS98', ['SystemCharted', { atMs, chart: { symbol: 'X1-TS98', type: 'RED_STAR', waypoints } }]);
  yield emit('player-1', ['PlayerRegistered', { player: 1, agentSymbol: 'COOPER', atMs }]);
  const ships = Array.from({ length: Math.min(fleetSize, Math.max(1, Math.floor(wanted / 50))) }, (_, index) => ({
    symbol: `COOPER-${index + 1}`,
    containerId: `scout-tour-COOPER-${index + 1}-${(index + 0x10000000).toString(16)}`,
    token: 0,
    attempt: 0,
    iteration: 0,
  }));
  for (let round = 0; written < wanted; round += 1) {
    for (const ship of ships) {
      if (written >= wanted) return;
      yield* lap(ship, round);
    }
  }

  function* lap(ship, round) {
    atMs += 10;
    const resource = { kind: 'ship', scope: '1', name: ship.symbol };
    const shipStream = `ship-1.${ship.symbol}`;
    const { containerId } = ship;
    const stream = `container-${containerId}`;
    if (round === 0) {
      ship.token = 1;
      ship.attempt = 1;
      const holder = { kind: 'container', id: containerId, attempt: 1 };
      yield emit(shipStream, [
        'LeaseGranted',
        { resource, token: 1, holder, operation: 'SCOUT_TOUR', ttlMs: 30000, atMs, inherited: none },
      ]);
      const params = { ship_symbol: ship.symbol, player_id: 1, system: 'X1-TS98', markets };
      const description = {
        containerId,
        player: 1,
        containerType: 'SCOUT_TOUR',
        commandType: 'ScoutTourCommand',
        config: { command_type: 'ScoutTourCommand', params, iterations: -1 },
        metadata: { ship_symbol: ship.symbol },
        ships: [ship.symbol],
        maxIterations: -1,
        restartPolicy: 'on-failure',
        maxRestarts: 3,
        parentId: null,
      };
      yield emit(
        stream,
        ['ContainerCreated', { ...description, atMs }],
        ['ContainerStarting', { containerId, attempt: 1, atMs }],
        ['ContainerStarted', { containerId, attempt: 1, leases: [{ ship: ship.symbol, token: 1 }], atMs }],
      );
      return;
    }
    const { attempt } = ship;
    if (round % 7 === 0) {
      const from = { holder: { kind: 'container', id: containerId, attempt }, token: ship.token };
      ship.token += 1;
      ship.attempt += 1;
      const holder = { kind: 'container', id: containerId, attempt: ship.attempt };
      yield emit(stream, [
        'ContainerAttemptEnded',
        {
          containerId,
          attempt,
          outcome: 'failed',
          error: 'no fuel at X1-TS98-C3',
          restartCount: 1,
          notBeforeMs: atMs + 5000,
          atMs,
        },
      ]);
      yield emit(shipStream, [
        'LeaseHandedOver',
        {
          resource,
          token: ship.token,
          holder,
          operation: 'SCOUT_TOUR',
          ttlMs: 30000,
          atMs,
          inherited: none,
          from,
          reason: 'next attempt',
          by,
        },
      ]);
      yield emit(
        stream,
        ['ContainerStarting', { containerId, attempt: ship.attempt, atMs }],
        [
          'ContainerStarted',
          { containerId, attempt: ship.attempt, leases: [{ ship: ship.symbol, token: ship.token }], atMs },
        ],
      );
    }
    const { token } = ship;
    const effectId = randomUUID();
    yield emit(
      shipStream,
      [
        'EffectIntended',
        {
          resource,
          token,
          effectId,
          action: 'navigate',
          deadlineMs: atMs + 60000,
          probe: { look: 'nav', to: markets[0] },
          atMs,
        },
      ],
      [
        'EffectObserved',
        { resource, token, effectId, result: 'happened', evidence: { at: markets[0] }, atMs: atMs + 1 },
      ],
    );
    ship.iteration += 1;
    yield emit(
      stream,
      ...markets.map((waypoint) => ['ContainerMarketVisited', { containerId, attempt: ship.attempt, waypoint, atMs }]),
      [
        'ContainerIterationCompleted',
        {
          containerId,
          attempt: ship.attempt,
          iteration: ship.iteration,
          visited: markets,
          report: { goods_updated: 37 },
          atMs: atMs + 2,
        },
      ],
    );
  }
}
