import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { read, Refused } from './client.js';
import type {
  HeartbeatList,
  ContainerPage,
  HistoryPage,
  Liveness,
  MarketFreshness,
  ProjectionList,
  SeenSystem,
  ShipPage,
  SystemList,
  TourList,
} from './types.js';

const everyMs = 5_000;

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchInterval: everyMs, staleTime: 1_000, networkMode: 'always' },
    },
  });

/** Which kinds of reads an event of this stream may have changed. */
export function kindsTouchedBy(stream: string): readonly string[] {
  if (stream.startsWith('ship-')) return ['ships', 'tours', 'containers', 'heartbeats', 'history'];
  if (stream.startsWith('container-')) return ['containers', 'tours', 'ships', 'history'];
  if (stream.startsWith('system-')) return ['systems', 'system', 'tours'];
  if (stream.startsWith('market-')) return ['freshness'];
  return ['projections', 'liveness'];
}

const useRead = <Answer>(kind: string, path: string, enabled = true): UseQueryResult<Answer> =>
  useQuery({
    queryKey: [kind, path],
    queryFn: ({ signal }) => read<Answer>(path, signal),
    placeholderData: keepPreviousData,
    enabled,
  });

const api = '/api/v1';
const mostPages = 10;

/** Every page of a list, up to a number that a table can still show. */
const useAll = <Page extends { readonly next: string | null }>(kind: string, path: string): UseQueryResult<Page[]> =>
  useQuery({
    queryKey: [kind, path],
    queryFn: async ({ signal }) => {
      const pages: Page[] = [];
      for (let cursor: string | null = ''; cursor !== null && pages.length < mostPages;) {
        const page: Page = await read<Page>(`${path}${cursor && `&cursor=${cursor}`}`, signal);
        pages.push(page);
        cursor = page.next;
      }
      return pages;
    },
    placeholderData: keepPreviousData,
  });

export const useSystems = () => useRead<SystemList>('systems', `${api}/systems`);
export const useSystem = (symbol: string | null) =>
  useRead<SeenSystem>('system', `${api}/systems/${symbol}`, symbol !== null);
export const useTours = (symbol: string | null) =>
  useRead<TourList>('tours', `${api}/systems/${symbol}/tours`, symbol !== null);
export const useShips = () => useAll<ShipPage>('ships', `${api}/ships?limit=200`);
export const useContainers = (all: boolean) =>
  useAll<ContainerPage>('containers', `${api}/containers?limit=200${all ? '&all=true' : ''}`);
export const useHeartbeats = () => useRead<HeartbeatList>('heartbeats', `${api}/liveness/heartbeats`);
export const useLiveness = () => useRead<Liveness>('liveness', `${api}/liveness`);
export const useProjections = () => useRead<ProjectionList>('projections', `${api}/projections`);

/** Null: this server keeps no market scans. */
export const useFreshness = (symbol: string | null): UseQueryResult<MarketFreshness | null> =>
  useQuery({
    queryKey: ['freshness', symbol],
    queryFn: async ({ signal }) => {
      try {
        return await read<MarketFreshness>(`/api/bot/markets/${symbol}/freshness`, signal);
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data === null ? false : 30_000),
    enabled: symbol !== null,
  });

/** The newest events of some streams, by the path of their history. */
export const useHistories = (paths: readonly string[]): UseQueryResult<ReadonlyMap<string, HistoryPage>> =>
  useQuery({
    queryKey: ['history', ...paths],
    queryFn: async ({ signal }) => {
      const pages = paths.map(
        async (path) => [path, await read<HistoryPage>(`${api}/${path}/history`, signal)] as const,
      );
      return new Map(await Promise.all(pages));
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    enabled: paths.length > 0,
  });
