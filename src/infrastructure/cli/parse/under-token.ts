import type { Command } from 'commander';
import { mainQueue, saidOf, type Resource } from '../../../domain/lease/resource.js';
import { usage } from '../failure.js';
import type { World } from '../world.js';
import { token as tokenForm } from './values.js';

export interface UnderToken {
  readonly token?: number;
}

/** For what only the holder may do. */
export const underToken = (command: Command): Command =>
  command.option('--token <n>', 'that was granted; HOLDFAST_TOKEN of the same lock if absent', tokenForm);

/**
 * Tokens count from 1 for each lock, so that one of another lock would often be in force here too.
 * @throws Failure when the environment has that of another lock
 */
export function tokenIfAny({ token }: UnderToken, lock: Resource, { env }: World): number | undefined {
  const exported = env['HOLDFAST_TOKEN'];
  if (token !== undefined || !exported) return token;
  const here = saidOf(lock);
  const named = namedIn(env);
  if (named.some((said) => said !== here)) {
    throw usage(`HOLDFAST_TOKEN is of ${named.join(' or ')}; say with --token which one is of ${here}.`);
  }
  try {
    return tokenForm(exported);
  } catch {
    throw usage(`HOLDFAST_TOKEN is "${exported}", and a token is a whole number.`);
  }
}

/** @throws Failure when neither the command line nor the environment has one of this lock */
export function tokenOf(options: UnderToken, lock: Resource, world: World): number {
  const token = tokenIfAny(options, lock, world);
  if (token === undefined) throw usage('Say with --token, or HOLDFAST_TOKEN, which token was granted.');
  return token;
}

/** The locks that the environment says it is about; none where somebody set the token alone. */
function namedIn(env: World['env']): readonly string[] {
  const { HOLDFAST_TASK: task, HOLDFAST_QUEUE: queue, HOLDFAST_PHASE: phase } = env;
  const [flow = '', ...rest] = phase?.split('/') ?? [];
  return [
    ...(task ? [saidOf({ kind: 'task', scope: queue || mainQueue, name: task })] : []),
    ...(phase ? [saidOf({ kind: 'phase', scope: flow, name: rest.join('/') })] : []),
  ];
}
