import type { Argument, Option } from 'commander';
import { Api } from './api.js';
import { serverUrl } from './server-url.js';
import type { World } from './world.js';

interface Source {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** The member of the answer that holds the list. */
  readonly list: string;
  readonly id: (each: Readonly<Record<string, unknown>>) => unknown;
}

const most = 200;

/** What there is at the moment, by the name that an argument or an option has for it. */
const sources = {
  ship: { path: 'ships', query: { status: 'all' }, list: 'ships', id: ({ symbol }) => symbol },
  container: { path: 'containers', list: 'containers', id: ({ id }) => id },
  player: { path: 'players', list: 'players', id: ({ player }) => player },
  lock: {
    path: 'locks',
    list: 'locks',
    id: ({ kind, scope, name }) => `${String(kind)}:${String(scope)}/${String(name)}`,
  },
  task: { path: 'queues/main/tasks', list: 'tasks', id: ({ id }) => id },
  flow: { path: 'flows', list: 'flows', id: ({ flowId }) => flowId },
  agent: { path: 'agents', list: 'agents', id: ({ name }) => name },
  what: { path: 'ships', query: { status: 'all' }, list: 'ships', id: ({ symbol }) => symbol },
  view: { path: 'projections', list: 'projections', id: ({ view }) => view },
} satisfies Readonly<Record<string, Source>>;

export type LiveKind = keyof typeof sources;
const isLive = (name: string): name is LiveKind => Object.hasOwn(sources, name);

/** Which ids an argument takes, if the server knows them. */
export const liveKindOf = (argument: Argument): LiveKind | undefined =>
  isLive(argument.name()) ? (argument.name() as LiveKind) : undefined;

/** Which ids are the value of an option. */
export function liveKindOfOption({ long }: Option): LiveKind | undefined {
  const name = (long ?? '').slice(2).replace(/^ships$/, 'ship');
  return isLive(name) ? name : undefined;
}

const patienceMs = 500;

/** For a shell that waits at a keystroke: nothing at all where the server is slow, away or of another mind. */
export async function liveIds(kind: string, { env, version }: World): Promise<readonly string[]> {
  if (!isLive(kind)) return [];
  const { path, list, id, query }: Source = sources[kind];
  try {
    const api = new Api({ url: serverUrl(env), version, timeoutMs: patienceMs });
    const { body } = await api.get<Record<string, unknown>>(path, {
      ...query,
      ...(kind === 'view' || kind === 'player' || kind === 'agent' ? {} : { limit: most }),
    });
    const found = body[list];
    const ids = Array.isArray(found) ? found.map((each: Readonly<Record<string, unknown>>) => String(id(each))) : [];
    return [...new Set(ids)].filter((each) => /^[\w.:/@-]+$/.test(each));
  } catch {
    return [];
  }
}
