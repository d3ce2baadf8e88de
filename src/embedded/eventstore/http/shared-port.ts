import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const http2Preface = Buffer.from('PRI * HTTP/2.0');
const silenceMs = 10_000;

export interface SharedPort {
  readonly port: number;
  /** Takes no more connections; those that are open are left to their owners. */
  close(): void;
}

/**
 * Listens on one port and hands every connection to the side it speaks to, by its first bytes.
 * Rejects with the system's error if the port cannot be had.
 */
export async function listenOnSharedPort(
  host: string,
  port: number,
  onHttp2: (socket: Socket) => void,
  onHttp1: (socket: Socket) => void,
): Promise<SharedPort> {
  const undecided = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    undecided.add(socket);
    const drop = (): void => void socket.destroy();
    socket.setTimeout(silenceMs, drop);
    socket.on('error', drop);
    socket.once('close', () => undecided.delete(socket));
    let bytes: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const more = socket.read() as Buffer | null;
      if (more === null) return;
      bytes = Buffer.concat([bytes, more]);
      const seen = Math.min(bytes.length, http2Preface.length);
      const isHttp2 = bytes.subarray(0, seen).equals(http2Preface.subarray(0, seen));
      if (isHttp2 && seen < http2Preface.length) return;
      socket.off('readable', look);
      // Only now: given back while this listens, the same bytes would be readable again, for ever.
      socket.unshift(bytes);
      socket.setTimeout(0);
      socket.off('timeout', drop);
      undecided.delete(socket);
      if (isHttp2) onHttp2(socket);
      else onHttp1(socket);
    };
    socket.on('readable', look);
  });
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of undecided) socket.destroy();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
