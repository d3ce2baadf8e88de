import { answeringServer, type AnsweringServer, type Heard, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

describe('holdfast locks list --json', () => {
  let server: AnsweringServer;
  let answer: (heard: Heard) => Said;
  beforeAll(async () => {
    server = await answeringServer((heard) => answer(heard));
  });
  afterAll(() => server.close());

  it('[A360] lists every lock, however many pages the server makes of them', async () => {
    const next: Record<string, string | null> = { none: 'p2', p2: 'p3', p3: null };
    answer = ({ url }) => {
      const page = new URL(url, server.url).searchParams.get('cursor') ?? 'none';
      return { body: { locks: [{ name: page }], next: next[page], position: '7', ageMs: 0 } };
    };

    const { stdout } = await holdfast(['locks', 'list', '--owner', 'a', '--json'], { url: server.url });

    expect(JSON.parse(stdout)).toStrictEqual({
      ...{ locks: [{ name: 'none' }, { name: 'p2' }, { name: 'p3' }], next: null, position: '7', ageMs: 0 },
    });
  });
});
