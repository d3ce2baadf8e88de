import { z } from 'zod';
import { forEachPart } from '../../../domain/recovery/receipt.js';
import * as asked from '../schemas/asked.js';
import { instant, seen } from '../schemas/answered.js';

export const listInstances = z.strictObject({ limit: asked.page.limit, ...asked.fresh });

const receipt = z
  .object({
    leases: z.int().meta({ description: 'All that were found; the counts below add up to it' }),
    ...forEachPart(() => z.int()),
    run: z.int().meta({ description: 'A daemon that lives runs them' }),
    lost: z.array(z.object({ containerId: z.string(), reason: z.string() })),
  })
  .meta({ id: 'RecoveryReceipt' });
const names = z.array(z.string());
const manifest = z
  .object({ ended: names, interrupted: names, cut: names, unwritten: names })
  .meta({ id: 'ShutdownManifest' });

const instance = z
  .object({
    instance: z.string(),
    version: z.string(),
    host: z.string(),
    pid: z.int(),
    startedAtMs: instant,
    recovery: z
      .object({ atMs: instant, tookMs: z.int(), receipt })
      .nullable()
      .meta({ description: 'Null: it recovers nothing, or has not yet' }),
    stop: z
      .object({ atMs: instant, reason: z.string(), manifest: manifest.nullable() })
      .nullable()
      .meta({ description: 'Null: it runs, or was killed' }),
  })
  .meta({ id: 'Instance' });
export const instanceList = z.object({ instances: z.array(instance), ...seen }).meta({ id: 'InstanceList' });
