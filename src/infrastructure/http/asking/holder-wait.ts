import type { FastifyReply } from 'fastify';
import type { HolderWait } from '../../../application/leases/wait-for-holder.js';

/** Nobody is granted a lock whose asker has hung up meanwhile. Undefined: the asker does not wait. */
export function holderWait(waitMs: number, reply: FastifyReply): HolderWait | undefined {
  if (waitMs === 0) return undefined;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return { forMs: waitMs, signal: gone.signal };
}
