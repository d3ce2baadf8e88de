import type { Command } from 'commander';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { exportEvents } from '../export-events.js';
import { several } from '../parse/values.js';
import { Redaction } from '../print/redaction.js';
import type { World } from '../world.js';

interface Export {
  readonly out?: string;
  readonly streams?: readonly string[];
  readonly redact?: true;
}

export function historyExport(history: Command, world: World): void {
  const command = history
    .command('export')
    .description('Write the log as JSON lines, one event each, in its own order')
    .option('--out <file>', 'where to; stdout if absent or -')
    .option(
      '--streams <prefixes>',
      'only streams that begin so, such as ship-2.,container-; ship-, container-, system-, player- and daemon- if absent',
      several,
    )
    .option('--redact', 'replace host names, process ids and actor keys; everything else stays as it is');
  withExamples(
    command,
    'holdfast history export --out fleet.jsonl --redact',
    'holdfast history export --streams ship-2.,container- | gzip > fleet.jsonl.gz',
  );
  does<Export, []>(command, world, async (invocation, { out, streams, redact }) => {
    const redaction = redact && new Redaction();
    await exportEvents(invocation, {
      ...(out !== undefined && { out }),
      streams,
      ...(redaction && { each: (event) => redaction.of(event) }),
    });
  });
}
