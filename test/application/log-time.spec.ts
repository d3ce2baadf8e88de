import { LogTime } from '../../src/application/log-time.js';
import { FakeClock } from '../support/fake-clock.js';

describe('the time of the log, as a process knows it', () => {
  const aDay = 86_400_000;
  let mine: FakeClock;
  let logs: FakeClock;
  let time: LogTime;
  beforeEach(() => {
    logs = new FakeClock();
    mine = logs.another();
    mine.jumpWall(-7_200_000);
    time = new LogTime(mine);
  });
  const written = () => ({ createdMs: logs.nowMs() });
  const pass = (ms: number) => [mine, logs].forEach((each) => each.pass(ms));

  it('is the age of what was written before the newest that it heard of, whatever its wall clock shows', () => {
    const old = written();
    pass(90_000);
    time.heard(written());
    expect(time.sinceWritten(old.createdMs)).toBe(90_000);
    pass(1_000);
    expect(time.sinceWritten(old.createdMs)).toBe(91_000);
  });

  it('is never more than the age where it heard of an event late, or of an old one last', () => {
    const old = written();
    pass(5_000);
    const newer = written();
    pass(60_000);
    time.heard(newer);
    time.heard(old);
    expect(time.sinceWritten(old.createdMs)).toBe(5_000);
  });

  it('says nothing before anything was heard of, and nothing any more when it is long ago', () => {
    const { createdMs } = written();
    expect(time.sinceWritten(createdMs)).toBe(-Infinity);
    time.heard({ createdMs });
    pass(1_000);
    expect(time.sinceWritten(createdMs)).toBe(1_000);
    pass(3_600_000);
    expect(time.sinceWritten(createdMs)).toBe(-Infinity);
  });

  it('does not add up what its clock gains on the log’s in days', () => {
    for (let passedMs = 0; passedMs < 10 * aDay; passedMs += 60_000) {
      logs.pass(60_000);
      mine.pass(60_000 * 1.0001);
      time.heard(written());
    }
    expect(time.sinceWritten(logs.nowMs())).toBeLessThan(200);
  });

  it('forgets within half an hour a log that was ahead of its time', () => {
    logs.jumpWall(15_000);
    time.heard(written());
    logs.jumpWall(-15_000);
    expect(time.sinceWritten(logs.nowMs())).toBe(15_000);
    for (let minute = 0; minute < 30; minute++) {
      pass(60_000);
      time.heard(written());
    }
    expect(time.sinceWritten(logs.nowMs())).toBe(0);
  });
});
