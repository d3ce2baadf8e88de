import { TellLiveness } from '../../../src/application/liveness/tell-liveness.js';

it('tells of work that does not know yet that its lease has expired, and not that the lease did not expire', () => {
  const said: [string, unknown][] = [];
  const tell = new TellLiveness();
  tell.say = (sentence, { event, level }) => void said.push([sentence, [event, level]]);
  const untold = [{ subject: 'tasklock-main.7', message: 'away' }];

  tell.judged({ watched: 1, expired: [], failed: [], untold, amnestyLeftMs: 0 }, []);

  const sentence = 'The work under tasklock-main.7 could not be told that its lease expired: away';
  expect(said).toEqual([[sentence, ['work_not_told', 'warn']]]);
});
