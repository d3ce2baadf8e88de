import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { Api } from '../api.js';
import { withExamples } from '../examples.js';
import { Exit, usage } from '../failure.js';
import type { Claiming } from '../holding/claims.js';
import { lockName } from '../parse/lock-name.js';
import { duration, wholeNumber } from '../parse/values.js';
import { lockVariables } from '../print/shell-exports.js';
import { serverUrl } from '../server-url.js';
import { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Run {
  readonly task?: string;
  readonly agent: string;
  readonly queue?: string;
  readonly phase?: string;
  readonly session?: string;
  readonly ttl?: number;
  readonly tries: number;
  readonly grace: number;
}

const renewalPatienceMs = 10_000;

/** Ends with the exit code of the command, and hears signals for it. */
export function run(program: Command, world: World): void {
  const command = program
    .command('run <command> [args...]')
    .usage('[options] -- <command> [args...]')
    .description(
      'Run a command while holding a task, or a phase of a flow: renewed while it lives, and completed, failed or given back as it ends. Its exit code is the command’s; 75 when the lock was lost and the command was ended',
    )
    .option('--task <id>', 'the task; one that is not queued is only locked')
    .option('--queue <name>', 'of the task; main if absent')
    .option('--phase <flow/phase>', 'a phase of a flow instead')
    .requiredOption('--agent <name>', 'whom it is done for')
    .option('--session <id>', 'who holds it; of this run alone if absent')
    .option('--ttl <time>', 'how long the lock lives without a renewal', duration)
    .option('--tries <n>', 'for what another one holds so often, 2 s apart', wholeNumber(1), 3)
    .option('--grace <time>', 'between TERM and KILL when the lock was lost', duration, 10_000);
  withExamples(
    command,
    'holdfast run --task 7 --agent backend-1 -- npm test',
    'holdfast run --phase assessment-7f3a/readiness_assessment --agent worker-3 -- ./assess.sh',
    "holdfast run --task 7 --agent backend-1 -- sh -c 'echo token $HOLDFAST_TOKEN of $HOLDFAST_SESSION'",
  );
  command.action(async (name: string, args: readonly string[], options: Run, self: Command) => {
    throw new Exit(await runHolding(Invocation.of(world, self), options, name, args));
  });
}

async function runHolding(
  invocation: Invocation,
  options: Run,
  command: string,
  args: readonly string[],
): Promise<number> {
  const { world, globals } = invocation;
  const { task, phase, queue, agent, tries, grace, ttl } = options;
  if ((task === undefined) === (phase === undefined))
    throw usage('Say what is held: --task ID, or --phase FLOW/PHASE.');
  const lock =
    phase === undefined
      ? lockName(task ?? '', { kind: 'task', ...(queue !== undefined && { queue }) })
      : lockName(phase, { kind: 'phase' });
  const own = `${agent}-${hostname().replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const claiming: Claiming = { lock, agent, session: options.session ?? own, ttlMs: ttl, tries };

  const [{ listen, numberOf }, claims, { assured }, { hold }] = await Promise.all([
    import('../holding/signals.js'),
    import('../holding/claims.js'),
    import('../holding/renewal.js'),
    import('../holding/hold.js'),
  ]);
  const signals = listen();
  const granted = await (phase === undefined ? claims.claimTask : claims.claimPhase)(invocation.api, claiming);
  const url = globals.url ?? serverUrl(world.env);
  const timeoutMs = Math.min(renewalPatienceMs, Math.max(500, Math.floor(granted.ttlMs / 3)));
  const api = new Api({ url, version: world.version, timeoutMs });
  const claim = await assured(api, granted);
  const early = signals.heard();
  if (early) {
    await claim.finish({ type: 'interrupted', detail: `${early} before the command began` });
    return 128 + numberOf(early);
  }
  return hold({
    api,
    claim,
    signals,
    remark: (text) => invocation.remark(text),
    toRun: {
      ...{ command, args, graceMs: grace },
      env: { ...world.env, ...lockVariables(lock, claim.token, claiming.session), HOLDFAST_URL: url },
      sharesTerminal: world.stdin.isTTY,
    },
  });
}
