import { PruneContainers } from '../../src/application/containers/prune-containers.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { fleetOf } from '../support/fleet.js';

describe('ended containers', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  beforeAll(async () => {
    app = await startTestApp({ policy: { retentionMs: 50 } });
    fleet = fleetOf(app);
  });
  afterAll(() => app.close());

  it('[A272] leave the lists when they were kept for long enough, counted by status, and nothing else does', async () => {
    const prune = app.app.get(PruneContainers);
    expect(await prune.run()).toEqual({ COMPLETED: 0, FAILED: 0, STOPPED: 0 });
    const { container, token } = await fleet.started(['SHIP-1']);
    const live = await fleet.started(['SHIP-2']);
    await fleet.tell(container.id, 'complete', { token });
    const stopped = await fleet.started(['SHIP-3']);
    await fleet.tell(stopped.container.id, 'stop', { immediately: true });

    const said: string[] = [];
    await eventually(async () => {
      const { body } = await app.get('containers?status=COMPLETED,STOPPED');
      expect(body.containers).toHaveLength(2);
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    prune.start((sentence) => said.push(sentence));
    await eventually(() => expect(said).toEqual(['Pruned 1 COMPLETED, 0 FAILED, 1 STOPPED']));
    await prune.stop();
    await eventually(async () => {
      const { body } = await app.get('containers?all=true');
      expect(body.containers.map(({ id }: { id: string }) => id)).toEqual([live.container.id]);
    });
    const { body: history } = await app.get(`containers/${container.id}/history`);
    expect(history.events[0]).toMatchObject({ type: 'ContainerRemoved' });
    expect(await prune.run()).toEqual({ COMPLETED: 0, FAILED: 0, STOPPED: 0 });
  });
});
