import type { Command } from 'commander';
import { does } from '../does.js';
import { Failure } from '../failure.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

export function config(program: Command, world: World): void {
  const command = program
    .command('config')
    .description(
      'The configuration a server started here would have, and where each value is from; secrets are masked',
    );
  does(command, world, showConfig);
}

async function showConfig(invocation: Invocation): Promise<void> {
  const [{ loadConfig, namesOfOthers }, { describeConfig }, { ConfigError }] = await Promise.all([
    import('../../config/load-config.js'),
    import('../../config/describe-config.js'),
    import('../../config/config-error.js'),
  ]);
  try {
    const values = describeConfig(loadConfig(invocation.world.env, { alsoKnown: namesOfOthers }));
    if (invocation.globals.json) return invocation.print(JSON.stringify(values, null, 2));
    const columns = [
      { title: 'VARIABLE', of: ({ name }: Value) => name },
      { title: 'VALUE', of: ({ value }: Value) => value || '–' },
      { title: 'FROM', of: ({ source }: Value) => source },
    ];
    const text = invocation.table(columns, values, '');
    if (text !== undefined) invocation.print(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Failure(78, error.faults.join('\n'), { cause: error });
  }
}

interface Value {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}
