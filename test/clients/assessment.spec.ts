import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startTestApp, type TestApp } from '../support/app.js';

const example = fileURLToPath(new URL('../../examples/assessment.mjs', import.meta.url));

describe('the example that goes through a flow', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('[A393] begins each phase once, however many of it are started', async () => {
    const given = ['--url', app.url, '--flow', 'twice', '--phase-ms', '300'];
    const run = (holder: string) =>
      new Promise<readonly { event: string; holder: string; outcome?: unknown }[]>((resolve) => {
        const child = spawn(process.execPath, [example, ...given, '--holder', holder], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let said = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
        child.once('close', () =>
          resolve(
            said
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line)),
          ),
        );
      });
    const lines = await Promise.all([run('one'), run('two'), run('three')]);
    expect(lines.flat().filter(({ event }) => event === 'began')).toHaveLength(3);
    const outcomes = lines.map((said) => said.filter(({ event }) => event === 'done').map(({ outcome }) => outcome));
    expect(outcomes[0]).toHaveLength(3);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
  }, 60_000);
});
