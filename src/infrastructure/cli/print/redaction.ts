import { instanceStream } from '../../../domain/instance/instance.js';
import { streamPrefix } from '../../../domain/streams.js';
import type { RecordedEvent } from '../answers.js';

const prefix = streamPrefix('instance');
const instanceForm = /^(.+)-(\d+)-([0-9a-f]{6})$/;

/** The same name for the same thing, in the order in which they are met. */
class Pseudonyms {
  readonly #known = new Map<string, number>();

  of(name: string): number {
    const number = this.#known.get(name) ?? this.#known.size + 1;
    this.#known.set(name, number);
    return number;
  }
}

/** What tells a process from every other one. */
function isMark(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['machine'] === 'string' && typeof value['began'] === 'string';
}

/**
 * Takes out of events what names a machine or a person: host names, process ids, marks of machines and actor keys. The same one becomes
 * the same substitute throughout; order, positions, revisions and everything else stay. A host's name inside free text,
 * such as an error, is not found.
 */
export class Redaction {
  readonly #hosts = new Pseudonyms();
  readonly #pids = new Pseudonyms();
  readonly #machines = new Pseudonyms();
  readonly #homes = new Pseudonyms();
  readonly #actors = new Pseudonyms();

  of(event: RecordedEvent): RecordedEvent {
    const { stream, data, metadata } = event;
    return {
      ...event,
      stream: stream.startsWith(prefix) ? instanceStream(this.#instance(stream.slice(prefix.length))) : stream,
      data: this.#members(data),
      metadata: { ...this.#members(metadata), ...this.#actor(metadata) },
    };
  }

  #members(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, this.#value(name, value)]));
  }

  #value(name: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#value(name, each));
    if (typeof value === 'object' && value !== null) {
      const members = value as Record<string, unknown>;
      return this.#members(isMark(members) ? this.#mark(members) : members);
    }
    if (name === 'pid' && typeof value === 'number') return this.#pids.of(String(value));
    if (typeof value !== 'string') return value;
    if (name === 'host' || name === 'hostname') return this.#host(value);
    return name === 'instance' || name === 'monitor' ? this.#instance(value) : value;
  }

  /** By its boot and its installation a machine can be told as well as by its name. */
  #mark({ machine, home, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const known = typeof home === 'string' && { home: `home-${this.#homes.of(home)}` };
    return { machine: `machine-${this.#machines.of(String(machine))}`, ...rest, ...known };
  }

  #actor({ actor }: RecordedEvent['metadata']): { actor?: object } {
    const { key } = (actor ?? {}) as { readonly key?: unknown };
    if (typeof key !== 'string') return {};
    return { actor: { ...(actor as object), key: `actor-${this.#actors.of(key)}` } };
  }

  #host(name: string): string {
    return `host-${this.#hosts.of(name)}`;
  }

  /** Named after its host, its process and six digits drawn at its start. */
  #instance(name: string): string {
    const [, host, pid, drawn] = instanceForm.exec(name) ?? [];
    if (host === undefined || pid === undefined) return name;
    return `${this.#host(host)}-${this.#pids.of(pid)}-${drawn}`;
  }
}
