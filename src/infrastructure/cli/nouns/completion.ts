import { Argument, type Command } from 'commander';
import { completionFor, shells, type Shell } from '../completion.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import type { World } from '../world.js';

export function completion(program: Command, world: World): void {
  const command = program
    .command('completion')
    .description('A script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells));
  withExamples(
    command,
    'source <(holdfast completion bash)',
    'holdfast completion zsh > "${fpath[1]}/_holdfast"',
    'holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
  );
  does<object, [Shell]>(command, world, async (invocation, _options, shell) => {
    invocation.print(completionFor(shell, program));
  });
}
