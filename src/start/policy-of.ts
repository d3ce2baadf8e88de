import type { DecisionRules } from '../application/decide-and-append.js';
import type { Policy } from '../application/policy.js';
import { usualLimits, type RuntimeLimits } from '../application/runtime/runtime-ports.js';
import type { Config } from '../infrastructure/config/settings.js';

/** The application's numbers, from the configuration. */
export function policyOf(config: Config): Policy {
  return {
    shipTtlMs: config.shipTtlMs,
    shipRenewMs: config.shipRenewMs,
    daemonTtlMs: config.daemonTtlMs,
    daemonRenewMs: config.daemonRenewMs,
    taskTtlMs: config.taskTtlMs,
    phaseTtlMs: config.phaseTtlMs,
    drainMs: config.drainMs,
    amnestyMs: config.amnestyMs,
    monitorIntervalMs: config.monitorIntervalMs,
    sweepIntervalMs: config.sweepIntervalMs,
    repairGraceMs: config.repairGraceMs,
    stopGraceMs: config.stopGraceMs,
    lockDelayMs: config.lockDelayMs,
    staleAlertMs: config.staleAlertMs,
    maxRestarts: config.maxRestarts,
    restart: { delaysMs: config.restartDelaysMs, healthyAfterMs: config.healthyAfterMs },
    recoveryBudgetMs: config.recoveryBudgetMs,
    crash: {
      suspectAfter: config.crashSuspectAfter,
      parkAfter: config.crashParkAfter,
      probationMs: config.probationMs,
      forgottenAfterMs: config.healthyAfterMs,
    },
    idempotencyTtlMs: config.idempotencyTtlS * 1_000,
    retentionMs: config.retentionDays * 86_400_000,
    gamePlayer: config.gamePlayer,
    health: {
      intervalMs: config.healthIntervalMs,
      stuckAfterMs: config.stuckAfterMs,
      healthyAfterMs: 120_000,
      attempts: config.stuckTries,
      fastestIterationMs: 5_000,
    },
  };
}

/** How long operations hold a change of the game for possible that nobody saw the end of. */
export function runtimeLimitsOf({ gameTurnMs, gameTimeoutMs }: Config): RuntimeLimits {
  return { ...usualLimits, turnMs: gameTurnMs, landsWithinMs: gameTimeoutMs };
}

const attemptsUnderContention = 12;

export function decisionRulesOf(config: Config): DecisionRules {
  return { chapterLength: config.chapterLength, attempts: attemptsUnderContention };
}
