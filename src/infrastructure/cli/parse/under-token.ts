import type { Command } from 'commander';
import { usage } from '../failure.js';
import type { World } from '../world.js';
import { token as tokenForm } from './values.js';

export interface UnderToken {
  readonly token?: number;
}

/** For what only the holder may do. */
export const underToken = (command: Command): Command =>
  command.option('--token <n>', 'that was granted; HOLDFAST_TOKEN if absent', tokenForm);

export function tokenIfAny({ token }: UnderToken, { env }: World): number | undefined {
  const exported = env['HOLDFAST_TOKEN'];
  if (token !== undefined || !exported) return token;
  try {
    return tokenForm(exported);
  } catch {
    throw usage(`HOLDFAST_TOKEN is "${exported}", and a token is a whole number.`);
  }
}

/** @throws Failure when neither the command line nor the environment has one */
export function tokenOf(options: UnderToken, world: World): number {
  const token = tokenIfAny(options, world);
  if (token === undefined) throw usage('Say with --token, or HOLDFAST_TOKEN, which token was granted.');
  return token;
}
