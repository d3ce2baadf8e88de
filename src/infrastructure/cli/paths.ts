/** Where the API has things, below /api/v1/. */
export const containerPath = (id: string, verb = '') => `containers/${encodeURIComponent(id)}${verb && `/${verb}`}`;
export const shipPath = (player: number | string, symbol: string) =>
  `players/${player}/ships/${encodeURIComponent(symbol)}`;
