import { accessSync, constants, existsSync, lstatSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { answerClientError } from './client-error.js';
import type { EdgeOptions } from './edge-options.js';
import { mostHeaderFields } from './request-rules.js';

/** The kernel keeps the name of a socket in 108 bytes, the last of them 0. */
const longestPath = 107;
const ownerOnly = 0o177;

export interface UnixSocket {
  /** Cuts what is open and takes the file away. */
  close(): Promise<void>;
}

/**
 * Serves on a file of mode 0600 what `answer` serves elsewhere: one request per connection, which is closed by this side
 * as soon as its answer is out. A socket that nobody serves any more is replaced.
 * @throws Error `failed to create unix socket listener: …`
 */
export async function listenOnUnixSocket(
  path: string,
  answer: RequestListener,
  { timeouts = {}, maxConnections = 512 }: Pick<EdgeOptions, 'timeouts' | 'maxConnections'> = {},
): Promise<UnixSocket> {
  const unusable = await whySocketUnusable(path);
  if (unusable) throw new Error(`failed to create unix socket listener: ${unusable}`);
  rmSync(path, { force: true });
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      requestTimeout: timeouts.request ?? 30_000,
      headersTimeout: timeouts.headers ?? 10_000,
      connectionsCheckingInterval: timeouts.checkEvery ?? 1_000,
      requireHostHeader: false,
    },
    (request, response) => {
      response.shouldKeepAlive = false;
      answer(request, response);
    },
  );
  server.maxConnections = maxConnections;
  server.maxHeadersCount = mostHeaderFields + 1;
  server.on('clientError', answerClientError);
  await listen(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The file is made by `listen` before it returns: under this mask nobody else can open it for a moment. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = ({ code }: NodeJS.ErrnoException): void =>
      reject(new Error(`failed to create unix socket listener: ${path} cannot be made (${code})`));
    server.once('error', failed);
    const mask = process.umask(ownerOnly);
    try {
      server.listen(path, () => {
        server.off('error', failed);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

/** Undefined when a socket can be made there: nothing is there, or one that nobody serves any more. */
export async function whySocketUnusable(path: string): Promise<string | undefined> {
  if (Buffer.byteLength(path) > longestPath) return `${path} is longer than ${longestPath} bytes`;
  const folder = dirname(path);
  if (!existsSync(folder)) return `the folder ${folder} does not exist`;
  if (!statSync(folder).isDirectory()) return `${folder} is no folder`;
  if (!isWritable(folder)) return `this account may not write in the folder ${folder}`;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isSocket()) return `${path} is there and is no socket`;
  return (await isServed(path)) ? `another process has ${path}` : undefined;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const end = (code?: string): void => {
      probe.destroy();
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT');
    };
    probe.once('connect', () => end()).once('error', ({ code }: NodeJS.ErrnoException) => end(code));
  });
}
