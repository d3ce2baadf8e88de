import { createInterface } from 'node:readline/promises';
import { Failure } from './failure.js';
import type { World } from './world.js';

/** @throws Failure 1 for anything but yes, 130 when it is interrupted */
export async function askYesOrNo(consequence: string, { stdin, stderr }: World): Promise<void> {
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      asking.once('SIGINT', () => reject(new Failure(130, 'Interrupted; nothing was done.')));
      asking.once('close', () => resolve('no'));
      asking.question(`${consequence} Go on? [y/N] `).then(resolve, reject);
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(1, 'Nothing was done.');
  } finally {
    asking.close();
  }
}
