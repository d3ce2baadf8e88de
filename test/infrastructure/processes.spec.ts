import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processes, processesOf } from '../../src/infrastructure/processes.js';
import { eventually } from '../support/eventually.js';
import { markOf } from '../support/process-mark.js';

const first = 'pid:[4026531836]';

describe('what is known of processes', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  /** A machine as Linux would show it, with one process of this number. */
  function machine(boot: string, { id = 'installation-1', namespace = first, pid = 4242, began = '777' } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'machine-'));
    folders.push(folder);
    const proc = join(folder, 'proc');
    mkdirSync(join(proc, 'sys/kernel/random'), { recursive: true });
    writeFileSync(join(proc, 'sys/kernel/random/boot_id'), `${boot}\n`);
    mkdirSync(join(proc, 'self/ns'), { recursive: true });
    symlinkSync(namespace, join(proc, 'self/ns/pid'));
    for (const number of [pid, process.pid]) {
      mkdirSync(join(proc, String(number)));
      writeFileSync(join(proc, String(number), 'stat'), `${number} (a b) S ${'0 '.repeat(18)}${began} 0`);
    }
    writeFileSync(join(folder, 'machine-id'), `${id}\n`);
    return processesOf({ proc, machineId: join(folder, 'machine-id') });
  }

  it('is dead after kill -9, while another process with its number would be another one', async () => {
    const child = spawn('sleep', ['600']);
    const pid = child.pid ?? 0;
    const mark = markOf(pid);
    expect(processes.look({ pid, mark })).toBe('alive');
    expect(processes.look({ pid, mark: { ...mark, began: '1' } })).toBe('dead');
    expect(processes.look({ pid, mark: null })).toBe('unknown');
    expect(processes.look({ pid, mark: { ...mark, machine: 'elsewhere/pid:[1]' } })).toBe('unknown');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await eventually(() => expect(processes.look({ pid, mark })).toBe('dead'));
  });

  it('[A371] is dead where the same machine was started again since', () => {
    const mark = machine('boot-1').mark();
    expect(machine('boot-2').look({ pid: 4242, mark })).toBe('dead');
    expect(machine('boot-1').look({ pid: 4242, mark })).toBe('alive');
  });

  it('[A371] is unknown where it may have been another machine, or a container', () => {
    const mark = machine('boot-1').mark();
    expect(machine('boot-2', { id: 'installation-2' }).look({ pid: 4242, mark })).toBe('unknown');
    expect(machine('boot-2', { namespace: 'pid:[4026539999]' }).look({ pid: 4242, mark })).toBe('unknown');
    const contained = machine('boot-1', { namespace: 'pid:[4026539999]' }).mark();
    expect(contained).not.toHaveProperty('home');
    expect(machine('boot-2').look({ pid: 4242, mark: contained })).toBe('unknown');
    expect(machine('boot-1').look({ pid: 4242, mark: contained })).toBe('unknown');
  });

  it('reads its own mark', () => {
    expect(processes.mark()).toMatchObject({ began: markOf(process.pid).began });
    expect(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()).toBe(processes.mark().machine.split('/')[0]);
  });
});
