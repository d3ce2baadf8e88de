import type { Asker, HttpAnswer } from './http.js';

export const player = 1;
type Headers = Readonly<Record<string, string>>;

/** What tests say about ships and containers, each in one word. */
export function fleetOf(app: Asker) {
  return {
    /** Starts a container; 201 unless it is refused. */
    start: (ships: readonly string[], more: object = {}, headers?: Headers): Promise<HttpAnswer> =>
      app.post('containers', { player, ships, config: { command_type: 'navigate' }, ...more }, headers),
    /** Starts one that must start. */
    async started(ships: readonly string[], more: object = {}) {
      const { status, body } = await app.post('containers', {
        player,
        ships,
        config: { command_type: 'navigate' },
        ...more,
      });
      if (status !== 201) throw new Error(`not started: ${status} ${JSON.stringify(body)}`);
      return body as { container: { id: string }; token: number; position: string };
    },
    tell: (id: string, verb: string, body: object = {}, headers?: Headers): Promise<HttpAnswer> =>
      app.post(`containers/${id}/${verb}`, body, headers),
    acquire: (ship: string, holder: string, more: object = {}, headers?: Headers): Promise<HttpAnswer> =>
      app.post(`players/${player}/ships/${ship}/lease`, { holder, ...more }, headers),
    lease: (ship: string, verb: string, body: object, headers?: Headers): Promise<HttpAnswer> =>
      app.post(`players/${player}/ships/${ship}/lease/${verb}`, body, headers),
    why: (ship: string): Promise<HttpAnswer> => app.get(`players/${player}/ships/${ship}/why`),
    /** A ship as the view has it once it reflects the position. */
    async ship(symbol: string, position: string, of = player) {
      const { body } = await app.get(`players/${of}/ships/${symbol}?minPosition=${position}`);
      return body.ship as Record<string, unknown>;
    },
    /** A container as the view has it once it reflects the position. */
    async container(id: string, position: string) {
      const { body } = await app.get(`containers/${id}?minPosition=${position}`);
      return body.container as Record<string, unknown>;
    },
  };
}
