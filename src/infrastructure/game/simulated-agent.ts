import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

export interface SimulatedAgent {
  readonly symbol: string;
  readonly token: string;
}

const kept = z.object({ symbol: z.string(), token: z.string() });
const given = z.object({ agent: z.string(), token: z.string(), ships: z.array(z.unknown()) });

const symbol = 'HOLDFAST';
/** Beside the two ships that every agent begins with. */
const fleet = { probes: 3, haulers: 1 };
const shipsToBeginWith = 2;

/**
 * The agent of a simulated universe, made with a small fleet when there is none; its token is kept in a file that only
 * its owner can read. A crash in between makes no second agent and no second fleet, nor does a file that is damaged: then
 * the universe gives the token again.
 * @param universe without a path
 */
export async function agentOfUniverse(universe: string, file: string): Promise<SimulatedAgent> {
  const known = await readKept(file);
  if (known && (await isOfThis(universe, known))) return known;
  const { token, ships } = await give(universe, { agent: symbol });
  if (ships.length <= shipsToBeginWith) await give(universe, { agent: symbol, ...fleet });
  const agent = { symbol, token };
  const unfinished = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(unfinished, JSON.stringify(agent), { mode: 0o600, flush: true });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return agent;
}

/** Undefined where there is none that can be read. */
async function readKept(file: string): Promise<SimulatedAgent | undefined> {
  try {
    return kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A universe that was reset, or begun anew, knows no token of before. */
async function isOfThis(universe: string, { token }: SimulatedAgent): Promise<boolean> {
  const { ok, status } = await fetch(`${universe}/v2/my/agent`, { headers: { authorization: `Bearer ${token}` } });
  return ok || status === 429;
}

async function give(universe: string, asked: object) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${universe}/_control/fleet`, { method: 'POST', headers, body: JSON.stringify(asked) });
  if (!response.ok) throw new Error(`the universe gives no fleet: status ${response.status}`);
  return given.parse(await response.json());
}
