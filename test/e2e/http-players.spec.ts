import { startTestApp, type TestApp } from '../support/app.js';

describe('whose ships a container is to have, over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await app.put('players/1', { agentSymbol: 'AGENT-1' });
    await app.put('players/2', { agentSymbol: 'AGENT-2' });
  });
  afterAll(() => app.close());

  const start = async (named: object) => {
    const { status, body } = await app.post('containers', named);
    return { status, player: body.container?.player, code: body.code, detail: body.detail };
  };

  it('[A346a, A346b, A346c, A066] is said by number, else by agent; the number wins, and 0 is none', async () => {
    expect(await start({ player: 1 })).toMatchObject({ status: 201, player: 1 });
    expect(await start({ agent: 'AGENT-2' })).toMatchObject({ status: 201, player: 2 });
    expect(await start({ player: 1, agent: 'AGENT-2' })).toMatchObject({ status: 201, player: 1 });
    expect(await start({ player: 0, agent: 'AGENT-1' })).toMatchObject({ status: 201, player: 1 });
  });

  it('[A346d, A066] is refused when neither is said', async () => {
    for (const nobody of [{}, { player: 0 }, { player: 0, agent: '' }]) {
      expect(await start(nobody)).toMatchObject({
        status: 422,
        code: 'no-player',
        detail: 'either player_id or agent_symbol must be provided',
      });
    }
  });

  it('[A346e] is refused for an agent that nobody registered, until somebody does', async () => {
    const unknown = { agent: 'UNKNOWN-AGENT' };
    expect(await start(unknown)).toMatchObject({
      status: 404,
      code: 'unknown-agent',
      detail: expect.stringContaining('failed to resolve agent symbol UNKNOWN-AGENT'),
    });
    await app.put('players/7', { agentSymbol: 'UNKNOWN-AGENT' });
    expect(await start(unknown)).toMatchObject({ status: 201, player: 7 });
  });

  it('can be ordered nothing where nothing is run', async () => {
    expect(await app.post('players/AGENT-1/ships/COOPER-2/dock', {})).toMatchObject({
      status: 422,
      body: { code: 'no-game' },
    });
    const asked = { player: 1, ships: ['COOPER-9'], runner: 'daemon', config: { command_type: 'dock' } };
    expect(await app.post('containers', asked)).toMatchObject({ status: 422, body: { code: 'no-game' } });
    expect((await app.get('players/1/ships/COOPER-9')).status).toBe(404);
    expect(await app.post('players/no_such!/ships/COOPER-2/dock', {})).toMatchObject({ status: 422 });
  });
});
