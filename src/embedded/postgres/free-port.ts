import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** A loopback port nobody listens on: `wished` when it is free, else one the system picks. */
export async function freePort(wished?: number): Promise<number> {
  if (wished !== undefined && (await tryListen(wished)) !== undefined) return wished;
  const picked = await tryListen(0);
  if (picked === undefined) throw new EmbeddedPostgresError('port-in-use', 'No free port is left on 127.0.0.1.');
  return picked;
}

/** @throws EmbeddedPostgresError `bad-port` unless 1..65535 */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return;
  throw new EmbeddedPostgresError('bad-port', `${port} is not a port: give a whole number from 1 to 65535.`);
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const picked = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => resolve(picked));
    });
  });
}
