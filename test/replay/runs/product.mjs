// The whole product as a user runs it, in a scratch directory: started, asked, killed in each of its parts, exported.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fromRoot = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const { PATH = '', HOME = '' } = process.env;

/** Short times, so that a run takes seconds. */
const quick = {
  HOLDFAST_SHIP_TTL_MS: '6000',
  HOLDFAST_SHIP_RENEW_MS: '1000',
  HOLDFAST_AMNESTY_MS: '8000',
  HOLDFAST_MONITOR_INTERVAL_MS: '300',
  HOLDFAST_SWEEP_INTERVAL_MS: '500',
  HOLDFAST_REPAIR_GRACE_MS: '1000',
  HOLDFAST_STOP_GRACE_MS: '1000',
  HOLDFAST_RESTART_DELAYS_MS: '300,600,1200',
};

/** Repeats a check until it throws no more; the last failure is thrown after `withinMs`. */
export async function until(check, withinMs = 30_000) {
  for (const giveUpAt = performance.now() + withinMs; ;) {
    try {
      return await check();
    } catch (failure) {
      if (performance.now() > giveUpAt) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export function expect(holds, what) {
  if (!holds) throw new Error(`not as expected: ${what}`);
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export class Product {
  #child;
  #ended;
  #workers = [];
  #output = '';

  static async start(settings = {}) {
    const product = new Product();
    product.data = mkdtempSync(join(tmpdir(), 'holdfast-record-'));
    chmodSync(product.data, 0o755);
    const [port, eventStorePort] = [await freePort(), await freePort()];
    product.url = `http://127.0.0.1:${port}`;
    product.eventStoreUrl = `esdb://127.0.0.1:${eventStorePort}?tls=false`;
    product.settings = {
      ...quick,
      HOLDFAST_DATA: product.data,
      HOLDFAST_PORT: String(port),
      HOLDFAST_EVENTSTORE_PORT: String(eventStorePort),
      ...settings,
    };
    await product.again();
    return product;
  }

  /** Another process on the same directory and ports. */
  async again() {
    const env = { PATH, HOME, ...this.settings };
    this.#child = spawn(process.execPath, [fromRoot('bundle/main.js')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.#output += text));
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve));
    await until(async () => {
      if (this.#child.exitCode !== null) throw new Error(`the server ended: ${this.#output}`);
      const { status } = await fetch(`${this.url}/readyz`);
      expect(status === 200, `ready, but ${status}: ${this.#output}`);
    }, 60_000);
  }

  kill = () => this.#end('SIGKILL');
  stop = () => this.#end('SIGTERM');

  killEventStore() {
    for (const name of readdirSync(join(this.data, 'eventstore'))) {
      const [, pid] = /^lock-(\d+)-/.exec(name) ?? [];
      if (pid !== undefined) this.#killOwn(Number(pid));
    }
  }

  killPostgres() {
    const [pid = ''] = readFileSync(join(this.data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    this.#killOwn(Number(pid));
  }

  /** The example worker, as its own process; what it prints is collected, line by line. */
  worker(ship, options) {
    const args = Object.entries({ url: this.url, ship, ...options }).flatMap(([name, value]) => [`--${name}`, value]);
    const stdio = ['ignore', 'pipe', 'inherit'];
    const child = spawn(process.execPath, [fromRoot('examples/scout-worker.mjs'), ...args], {
      env: { PATH, HOME },
      stdio,
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (text += part));
    const worker = {
      lines: () =>
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
      said: (event) => worker.lines().filter((line) => line.event === event),
      kill: () => child.kill('SIGKILL'),
      ended: new Promise((resolve) => child.once('exit', resolve)),
    };
    this.#workers.push(worker);
    return worker;
  }

  async ask(method, path, body) {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  get = (path) => this.ask('GET', path);

  /** Sends what must succeed. */
  async post(path, body = {}) {
    const { status, body: answer } = await this.ask('POST', path, body);
    expect(status < 300, `${path} answered ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Sends what must be refused, with this code. */
  async refused(code, path, body) {
    const { status, body: answer } = await this.ask('POST', path, body);
    expect(status === 409 && answer.code === code, `${path} answered ${status} ${JSON.stringify(answer)}`);
  }

  async events() {
    const events = [];
    for (let next = '0'; next !== null;) {
      const { body } = await this.get(`events?limit=1000&after=${next}`);
      events.push(...body.events);
      next = body.next;
    }
    return events;
  }

  /** Waits until so many events of a type stand in a stream. */
  until(type, stream, count = 1) {
    return until(async () => {
      const found = (await this.events()).filter((event) => event.type === type && event.stream === stream);
      expect(found.length >= count, `${count} ${type} in ${stream}, but ${found.length}`);
    });
  }

  /** What `holdfast history export --redact` writes. */
  export() {
    const args = [fromRoot('bundle/cli.js'), 'history', 'export', '--out', '-', '--redact', '--url', this.url];
    return execFileSync(process.execPath, args, { env: { PATH, HOME }, maxBuffer: 64e6, encoding: 'utf8' });
  }

  async close() {
    for (const worker of this.#workers) worker.kill();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  #end(signal) {
    this.#child.kill(signal);
    return this.#ended;
  }

  /** Only ever a process of this product: its command line names this product's directory. */
  #killOwn(pid) {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    expect(commandLine.includes(this.data), `process ${pid} belongs to ${this.data}`);
    process.kill(pid, 'SIGKILL');
  }
}
