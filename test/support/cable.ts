import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire to a server that can be cut and mended. */
export interface Cable {
  /** Of the near end. */
  readonly port: number;
  /** Every connection breaks, and no new one is had. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function layCable(host: string, port: number): Promise<Cable> {
  const ends = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = connect(port, host);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        ends.delete(end);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = () => ends.forEach((end) => end.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      whole = false;
      breakAll();
    },
    mend: () => void (whole = true),
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
