import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What happens to the bytes on their way; changed at any time. */
export interface Weather {
  /** Bytes of one direction, or both, are kept and come through when it ends. */
  blackhole: 'none' | 'both' | 'replies';
  /** At most so many bytes to a packet; 0: as they come. */
  slice: number;
  /** Every connection is reset once so many bytes went through it. */
  resetAfter: number;
}

export interface TcpProxy {
  readonly port: number;
  readonly weather: Weather;
  /** How many connections were made in all. */
  readonly connections: number;
  /** How many bytes went from the server to clients. */
  readonly replied: number;
  /** From now on nothing comes through the connections there are, in either direction or in that of the replies. */
  swallow(what: 'both' | 'replies'): void;
  /** Resets every connection there is. */
  cut(): void;
  close(): Promise<void>;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

const drained = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });

/** Stands between a client and a server on this machine, and spoils the line as told. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const weather: Weather = { blackhole: 'none', slice: 0, resetAfter: Infinity };
  const sockets = new Set<Socket>();
  const servers = new Set<Socket>();
  const swallowed = new Set<Socket>();
  let connections = 0;
  let replied = 0;

  function carry(from: Socket, to: Socket, isReply: boolean): void {
    let through = 0;
    let turn = Promise.resolve();
    const held = () =>
      swallowed.has(from) || weather.blackhole === 'both' || (weather.blackhole === 'replies' && isReply);
    const send = async (bytes: Buffer) => {
      while (held() && !from.destroyed) await pause();
      for (let at = 0; at < bytes.length && !to.destroyed;) {
        const piece = bytes.subarray(at, at + (weather.slice || bytes.length));
        at += piece.length;
        through += piece.length;
        if (through > weather.resetAfter) return void from.resetAndDestroy();
        if (isReply) replied += piece.length;
        if (!to.write(piece)) await drained(to);
        if (weather.slice) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    from.on('data', (bytes: Buffer) => {
      from.pause();
      turn = turn.then(() => send(bytes)).then(() => void from.resume());
    });
    from.on('end', () => void turn.then(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections++;
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    sockets.add(client).add(upstream);
    servers.add(upstream);
    upstream.on('close', () => servers.delete(upstream));
    carry(client, upstream, false);
    carry(upstream, client, true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.resetAndDestroy());
  return {
    port: (server.address() as AddressInfo).port,
    weather,
    get connections() {
      return connections;
    },
    get replied() {
      return replied;
    },
    swallow(what) {
      for (const socket of what === 'replies' ? servers : sockets) swallowed.add(socket);
    },
    cut,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
