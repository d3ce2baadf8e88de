import { name, TaskRoom } from '../../support/task-room.js';

it('of two tasks that are queued at once and depend on each other, one is refused', async () => {
  const process = new TaskRoom().process();
  const outcomes = await Promise.all([
    process.queue({ ...name, taskId: 'a', dependencies: ['b'] }),
    process.queue({ ...name, taskId: 'b', dependencies: ['a'] }),
  ]);

  expect(outcomes.map(({ outcome }) => outcome)).toMatchObject([
    { type: 'TaskChanged' },
    { type: 'DependencyCycle', path: ['b', 'a', 'b'] },
  ]);
});
