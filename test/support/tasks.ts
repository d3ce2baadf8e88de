import type { Asker, HttpAnswer } from './http.js';

type Headers = Readonly<Record<string, string>>;

/** What tests say about the tasks of one queue, each in one word. */
export function tasksOf(app: Asker, name: string) {
  return {
    name,
    add: (id: string, more: object = {}): Promise<HttpAnswer> =>
      app.post(`queues/${name}/tasks`, { id, title: `Task ${id}`, ...more }),
    claim: (id: string, agent: string, more: object = {}, headers?: Headers): Promise<HttpAnswer> =>
      app.post(`queues/${name}/tasks/${id}/claim`, { agent, ...more }, headers),
    tell: (id: string, verb: string, body: object, headers?: Headers): Promise<HttpAnswer> =>
      app.post(`queues/${name}/tasks/${id}/${verb}`, body, headers),
    next: (agent: string, more: object = {}, headers?: Headers): Promise<HttpAnswer> =>
      app.post(`queues/${name}/claim-next`, { agent, ...more }, headers),
    post: (path: string, body: object): Promise<HttpAnswer> => app.post(`queues/${name}/${path}`, body),
    get: (path: string): Promise<HttpAnswer> => app.get(`queues/${name}/tasks/${path}`),
    agent: (agent: string, speciality: string | null): Promise<HttpAnswer> =>
      app.post('agents', { name: agent, speciality }),
    /** Waits until the view reflects the position. */
    async seen(position: string) {
      await app.get(`agents?minPosition=${position}`);
    },
    async list(filter = '', minPosition?: string) {
      const more = minPosition === undefined ? '' : `&minPosition=${minPosition}`;
      const { body } = await app.get(`queues/${name}/tasks?${filter}${more}`);
      return body as { tasks: { id: string }[]; next: string | null };
    },
  };
}
