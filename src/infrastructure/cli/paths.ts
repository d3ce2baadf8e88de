/** Where the API has things, below /api/v1/. */
export const containerPath = (id: string, verb = '') => `containers/${encodeURIComponent(id)}${verb && `/${verb}`}`;
/** The lock of a task or a phase. */
export const lockPath = (kind: 'task' | 'phase', scope: string, name: string) =>
  `locks/${kind}s/${encodeURIComponent(scope)}/${encodeURIComponent(name)}`;
export const shipPath = (player: number | string, symbol: string) =>
  `players/${player}/ships/${encodeURIComponent(symbol)}`;

export const queuePath = (queue = 'main') => `queues/${encodeURIComponent(queue)}`;
export const taskPath = (queue: string | undefined, task: string) =>
  `${queuePath(queue)}/tasks/${encodeURIComponent(task)}`;
export const flowPath = (flow: string) => `flows/${encodeURIComponent(flow)}`;
export const phasePath = (flow: string, phase: string) => `${flowPath(flow)}/phases/${encodeURIComponent(phase)}`;
