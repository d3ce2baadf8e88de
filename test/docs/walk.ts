import { spawn, spawnSync } from 'node:child_process';
import { plainEnvironment } from '../support/server-process.js';

/** One thing that a page has its reader type, and what the page says it answers. */
export interface Step {
  readonly typed: string;
  /** As the page has it: JSON in which `…` stands for whatever else there is. */
  readonly shown: string | undefined;
}

export interface Taken extends Step {
  readonly code: number;
  readonly printed: string;
}

/** What a page has its reader type into a shell, in order. */
export function stepsIn(page: string): readonly Step[] {
  const blocks = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block]) => block ?? '');
  return blocks.flatMap(stepsOf);
}

function stepsOf(block: string): readonly Step[] {
  const steps: Step[] = [];
  let typed = '';
  for (const line of block.split('\n')) {
    const answer = /^# (\{.*)$/.exec(line)?.[1];
    const last = steps.at(-1);
    if (answer !== undefined && last) steps[steps.length - 1] = { ...last, shown: answer };
    if (typed === '' && (line.trim() === '' || line.startsWith('#'))) continue;
    typed += `${line}\n`;
    if (!isWhole(typed)) continue;
    steps.push({ typed: typed.trimEnd(), shown: / # (\{.*)$/.exec(line)?.[1] });
    typed = '';
  }
  if (typed !== '') throw new Error(`no shell takes this: ${typed}`);
  return steps;
}

/** A quote that is open, or a line that ends with a backslash, goes on in the next one. */
function isWhole(typed: string): boolean {
  return !/\\\n$/.test(typed) && spawnSync('bash', ['-n'], { input: typed }).status === 0;
}

/** What `…` stands for. */
const whatever = '…';

/** Where an answer has not what the page shows of it: the paths. */
export function missingIn(shown: string, printed: string): readonly string[] {
  const text = shown.slice(0, shown.lastIndexOf('}') + 1).replace(/,\s*…(?=\s*[}\]])/g, '');
  return differences(JSON.parse(text), JSON.parse(printed), 'answer');
}

function differences(shown: unknown, given: unknown, path: string): readonly string[] {
  if (shown === whatever) return given === undefined ? [path] : [];
  if (typeof shown !== 'object' || shown === null) {
    return shown === given ? [] : [`${path} is ${JSON.stringify(given)}, shown as ${JSON.stringify(shown)}`];
  }
  if (typeof given !== 'object' || given === null) return [path];
  return Object.entries(shown).flatMap(([key, value]) =>
    differences(value, (given as Record<string, unknown>)[key], `${path}.${key}`),
  );
}

/** As curl is in a walk: whatever the server refuses ends it with 22. */
const strictCurl = 'curl() { command curl --fail-with-body "$@"; }';
const [begins, ends] = ['\u001e', '\u001f'];

/** Types it all into one shell, where everything happens that the reader would see; `env` is all that it has besides. */
export async function walk(
  steps: readonly Step[],
  { cwd, env, before = '' }: { cwd: string; env: Readonly<Record<string, string>>; before?: string },
): Promise<readonly Taken[]> {
  const typed = steps.map(({ typed }) => `printf '${begins}'\n${typed}\nprintf '${ends}%s' "$?"`);
  const shell = spawn('bash', ['-c', [strictCurl, before, ...typed].join('\n')], {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, complaints] = ['', ''];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  await new Promise((resolve) => shell.once('close', resolve));
  const parts = printed.split(begins).slice(1);
  if (parts.length !== steps.length) throw new Error(`it ended after ${parts.length} steps: ${printed}${complaints}`);
  return steps.map((step, index) => {
    const [text = '', code = ''] = (parts[index] ?? '').split(ends);
    return { ...step, printed: text, code: Number(code) };
  });
}
