import type { Command } from 'commander';
import type { Colors } from 'picocolors/types.js';
import picocolors from 'picocolors';
import { Api, type Answer } from './api.js';
import { usage } from './failure.js';
import { momentsIn, type TimeFormat } from './print/moments.js';
import { table, type Column, type Look } from './print/table.js';
import { serverUrl } from './server-url.js';
import type { World } from './world.js';

/** The options that every command takes. */
export interface Globals {
  readonly url?: string;
  readonly json?: boolean;
  readonly timeFormat: TimeFormat;
  readonly color: 'auto' | 'always' | 'never';
  readonly timeout?: number;
  readonly yes?: boolean;
  readonly debug?: boolean;
}

/** One run of one command: whom it asks, and how it prints. */
export class Session {
  readonly when: (atMs: number | null | undefined) => string;
  readonly colors: Colors;
  #api: Api | undefined;

  constructor(
    readonly world: World,
    readonly globals: Globals,
  ) {
    this.when = momentsIn(globals.timeFormat, world.nowMs());
    this.colors = picocolors.createColors(coloured(globals.color, world));
  }

  static of(world: World, command: Command): Session {
    return new Session(world, command.optsWithGlobals<Globals>());
  }

  get api(): Api {
    const { url, timeout } = this.globals;
    this.#api ??= new Api({ url: url ?? serverUrl(this.world.env), version: this.world.version, timeoutMs: timeout });
    return this.#api;
  }

  /** Data: to stdout. */
  print(text: string): void {
    this.world.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
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
    const { isTTY, columns } = this.world.stdout;
    return { width: isTTY ? (columns ?? 80) : Infinity, head: this.colors.bold };
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

function coloured(color: Globals['color'], { env, stdout }: World): boolean {
  if (color !== 'auto') return color === 'always';
  return Boolean(stdout.isTTY) && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
