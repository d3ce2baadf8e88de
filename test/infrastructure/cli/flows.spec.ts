import { answeringServer, type AnsweringServer, type Heard, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

describe('a phase, from a shell', () => {
  let server: AnsweringServer;
  let answer: (heard: Heard) => Said;
  beforeAll(async () => {
    server = await answeringServer((heard) => answer(heard));
  });
  afterAll(() => server.close());

  it('that runs nothing is resumed with exit code 0, and leaves a shell nothing to take over', async () => {
    const message = 'Phase readiness runs nothing: the flow went past it';
    answer = () => ({ body: { status: 'resumed', message, phase: 'readiness' } });
    const resuming = ['flows', 'resume', 'flow-1', 'readiness', '--agent', 'worker-3'];

    await expect(holdfast(resuming, { url: server.url })).resolves.toStrictEqual({
      ...{ code: 0, stdout: `${message}\n`, stderr: '' },
    });
    await expect(holdfast([...resuming, '--export'], { url: server.url })).resolves.toStrictEqual({
      ...{ code: 0, stdout: '', stderr: `${message}\n` },
    });
  });

  it.each([
    [{ freed: null, already: true }, 'Nobody ever held readiness'],
    [{ freed: { reason: 'completed' }, already: true }, 'readiness was freed before (completed)'],
    [{ freed: { reason: 'expired' }, already: true }, 'readiness was freed before (expired)'],
    [{ freed: { reason: 'interrupted' }, already: false }, 'readiness is abandoned'],
  ])('is told by how it was freed when it is abandoned: %j', async (body, told) => {
    answer = () => ({ body: { ...body, position: '1' } });

    await expect(
      holdfast(['flows', 'abandon', 'flow-1', 'readiness', '--token', '1'], { url: server.url }),
    ).resolves.toStrictEqual({ code: 0, stdout: `${told}\n`, stderr: '' });
  });
});
