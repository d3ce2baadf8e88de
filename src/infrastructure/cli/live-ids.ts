import type { Argument, Option } from 'commander';
import { Api } from './api.js';
import { queuePath } from './paths.js';
import { serverUrl } from './server-url.js';
import type { World } from './world.js';

interface Source {
  /** Within a scope, such as the queue of a task, where one is named before. */
  readonly path: string | ((scope: string | undefined) => string);
  readonly query?: Readonly<Record<string, string | number>>;
  /** The member of the answer that holds the list. */
  readonly list: string;
  readonly id: (each: Readonly<Record<string, unknown>>) => unknown;
}

const most = 200;

/** What there is at the moment, by the name that an argument or an option has for it. */
const sources = {
  ship: { path: 'ships', query: { status: 'all', limit: most }, list: 'ships', id: ({ symbol }) => symbol },
  container: { path: 'containers', query: { limit: most }, list: 'containers', id: ({ id }) => id },
  player: { path: 'players', list: 'players', id: ({ player }) => player },
  lock: {
    path: 'locks',
    query: { limit: most },
    list: 'locks',
    id: ({ kind, scope, name }) => `${String(kind)}:${String(scope)}/${String(name)}`,
  },
  queue: { path: 'queues', list: 'queues', id: ({ name }) => name },
  task: { path: (queue) => `${queuePath(queue)}/tasks`, query: { limit: most }, list: 'tasks', id: ({ id }) => id },
  flow: { path: 'flows', query: { limit: most }, list: 'flows', id: ({ id }) => id },
  agent: { path: 'agents', list: 'agents', id: ({ name }) => name },
  view: { path: 'projections', list: 'projections', id: ({ view }) => view },
} satisfies Readonly<Record<string, Source>>;

/** `what` is whatever `why` and `history` explain. */
const several = { what: ['ship', 'lock'] } as const;

export type LiveKind = keyof typeof sources | keyof typeof several;
const isLive = (name: string): name is LiveKind => Object.hasOwn(sources, name) || Object.hasOwn(several, name);

/** Which ids an argument takes, if the server knows them. */
export const liveKindOf = (argument: Argument): LiveKind | undefined =>
  isLive(argument.name()) ? (argument.name() as LiveKind) : undefined;

/** Which ids are the value of an option. */
export function liveKindOfOption({ long }: Option): LiveKind | undefined {
  const name = (long ?? '').slice(2).replace(/^ships$/, 'ship');
  // `--agent` is an agent of the game in one place and one that works on tasks in another.
  return isLive(name) && name !== 'agent' ? name : undefined;
}

const patienceMs = 500;

/** For a shell that waits at a keystroke: nothing at all where the server is slow, away or of another mind. */
export async function liveIds(kind: string, { env, version }: World, scope?: string): Promise<readonly string[]> {
  if (!isLive(kind)) return [];
  const kinds = kind === 'what' ? several.what : [kind];
  const api = new Api({ url: serverUrl(env), version, timeoutMs: patienceMs });
  const found = await Promise.all(kinds.map((each) => idsFrom(api, sources[each], scope)));
  return [...new Set(found.flat())].filter((each) => /^[\w.:/@-]+$/.test(each));
}

async function idsFrom(api: Api, source: Source, scope: string | undefined): Promise<readonly string[]> {
  const { path, list, id, query } = source;
  try {
    const where = typeof path === 'string' ? path : path(scope);
    const all = (await api.get<Readonly<Record<string, unknown>>>(where, { ...query })).body[list];
    return Array.isArray(all) ? all.map((each: Readonly<Record<string, unknown>>) => String(id(each))) : [];
  } catch {
    return [];
  }
}
