import { answeringServer, problem, type AnsweringServer, type Heard, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

const granted = {
  task: { queue: 'main', id: '7', title: 'T', claim: { agent: 'backend-1' } },
  hold: { holder: { kind: 'agent', id: 'backend-1', attempt: 1 } },
  ...{ token: 3, ttlMs: 1_800_000, renewMs: 600_000, already: false, position: '1' },
};

describe('a claim from a shell', () => {
  let server: AnsweringServer;
  let answer: (heard: Heard) => Said | Promise<Said>;
  beforeAll(async () => {
    server = await answeringServer((heard) => answer(heard));
  });
  afterAll(() => server.close());

  /** The claim is interrupted while the server works on it. */
  const interrupted = async (signalled: Said) => {
    let interrupt = () => undefined as void;
    const interruptedBy = new Promise<void>((resolve) => (interrupt = resolve));
    answer = async ({ url }) => {
      if (!url.endsWith('/claim')) return { body: granted };
      interrupt();
      // The signal has to be there before the answer is, and nothing tells when it is.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return signalled;
    };
    const before = server.heard.length;
    const ended = await holdfast(['tasks', 'claim', '7', 'backend-1'], { url: server.url, interruptedBy });
    return { ended, asked: server.heard.slice(before) };
  };

  it('[A363] that is interrupted before it was granted is given up with SCRIPT_EXIT', async () => {
    const { ended, asked } = await interrupted({ body: granted });

    expect(ended).toStrictEqual({ code: 130, stdout: '', stderr: '' });
    expect(asked.map(({ url }) => url)).toStrictEqual([
      '/api/v1/queues/main/tasks/7/claim',
      '/api/v1/queues/main/tasks/7/abandon',
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toStrictEqual({
      token: 3,
      reason: 'SCRIPT_EXIT',
      detail: 'SIGINT while it was claimed',
    });
  });

  it('[A363] that was granted stays with the task', async () => {
    answer = () => ({ body: granted });
    const before = server.heard.length;

    const { code, stdout } = await holdfast(['tasks', 'claim', '7', 'backend-1'], { url: server.url });

    expect([code, stdout]).toStrictEqual([0, 'Task #7 is claimed by backend-1 (token 3); renew it every 10 min: T\n']);
    expect(server.heard.length - before).toBe(1);
  });

  it('[A355] that another one holds is given up in the words that scripts look for', async () => {
    answer = () => problem(409, 'lease-held', 'Task #7 is locked by s');

    await expect(holdfast(['tasks', 'claim', '7', 'backend-1'], { url: server.url })).resolves.toStrictEqual({
      code: 1,
      stdout: '',
      stderr: 'Failed to acquire lock for Task #7 after 3 attempts: Task #7 is locked by s\n',
    });
  });
});
