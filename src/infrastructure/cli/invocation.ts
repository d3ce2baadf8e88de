import type { Command } from 'commander';
import type { Colors } from 'picocolors/types.js';
import picocolors from 'picocolors';
import { Api, type Answer } from './api.js';
import { usage } from './failure.js';
import { isThere, toFile, toStream, type Output } from './output.js';
import { momentsIn, type TimeFormat } from './print/moments.js';
import { table, type Column, type Look } from './print/table.js';
import { serverUrl } from './server-url.js';
import type { World } from './world.js';

/** The options that every command takes. */
export interface Globals {
  readonly url?: string;
  readonly json?: boolean;
  /** `table`, `json`, or the file that the data goes to. */
  readonly output?: string;
  readonly timeFormat: TimeFormat;
  readonly color: 'auto' | 'always' | 'never';
  readonly timeout?: number;
  readonly yes?: boolean;
  readonly debug?: boolean;
}

/** One run of one command: whom it asks, and how it prints. */
export class Invocation {
  readonly when: (atMs: number | null | undefined) => string;
  readonly colors: Colors;
  readonly output: Output;
  #api: Api | undefined;

  constructor(
    readonly world: World,
    readonly globals: Globals,
  ) {
    this.when = momentsIn(globals.timeFormat, world.nowMs());
    const file = fileOf(globals);
    this.output = file === undefined ? toStream(world.stdout) : toFile(file);
    this.colors = picocolors.createColors(coloured(globals.color, world.env, this.output));
  }

  static of(world: World, command: Command): Invocation {
    return new Invocation(world, globalsOf(command));
  }

  get api(): Api {
    const { url, timeout } = this.globals;
    this.#api ??= new Api({ url: url ?? serverUrl(this.world.env), version: this.world.version, timeoutMs: timeout });
    return this.#api;
  }

  /** Data: to stdout, or to the file of `--output`. */
  print(text: string): void {
    this.output.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Everything that is not data. */
  remark(text: string): void {
    this.world.stderr.write(`${text}\n`);
  }

  /** The answer as it came under `--json`, else in the words of `told`. */
  show<Body>(answer: Answer<Body>, told: (body: Body) => string | undefined): void {
    if (this.globals.json) return this.print(answer.text);
    const text = told(answer.body);
    if (text !== undefined) this.print(text);
  }

  /** Undefined for no rows: then `missing` is remarked, which says what would cure it. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], missing: string): string | undefined {
    if (rows.length > 0) return table(columns, rows, this.look);
    this.remark(missing);
    return undefined;
  }

  get look(): Look {
    const { isTerminal, columns } = this.output;
    return { width: isTerminal ? columns || 80 : Infinity, head: this.colors.bold };
  }

  /** Asks before a file that was there is lost. @throws Failure when it is to stay */
  async mayWrite(): Promise<void> {
    const file = fileOf(this.globals);
    if (file === undefined || !isThere(file)) return;
    await this.confirm(`The file ${file} is there already and is replaced.`);
  }

  /** Asks before something that cannot be taken back. @throws Failure when it may not be done */
  async confirm(consequence: string): Promise<void> {
    if (this.globals.yes) return;
    const { stdin, stderr } = this.world;
    if (!stdin.isTTY || !stderr.isTTY) throw usage(`${consequence} Say --yes to do it without being asked.`);
    const { askYesOrNo } = await import('./ask-yes-or-no.js');
    await askYesOrNo(consequence, this.world);
  }
}

/** The common options of a command line. @throws Failure when they contradict one another */
export function globalsOf(command: Command): Globals {
  const globals = command.optsWithGlobals<Globals>();
  if (globals.output === 'table' && globals.json) throw usage('Say either --json or --output table.');
  return { ...globals, json: globals.json === true || globals.output === 'json' };
}

const fileOf = ({ output }: Globals): string | undefined =>
  output === undefined || output === 'table' || output === 'json' ? undefined : output;

/** `--color` before `NO_COLOR` before `FORCE_COLOR` before what the terminal is. */
export function coloured(
  color: Globals['color'],
  env: World['env'],
  { isTerminal }: Pick<Output, 'isTerminal'>,
): boolean {
  if (color !== 'auto') return color === 'always';
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
