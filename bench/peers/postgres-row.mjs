// The peer: a lease as one row in PostgreSQL, as durable as ours (synchronous_commit=on), behind the same HTTP layer.
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { z } from 'zod';
import { startPostgres } from '../../dist/embedded/postgres/start-postgres.js';
import { createFastifyAdapter } from '../../dist/infrastructure/http/edge/fastify-adapter.js';
import { ProblemError } from '../../dist/infrastructure/http/edge/problem.js';
import { useEdge } from '../../dist/infrastructure/http/edge/use-edge.js';
import { playerIdText, symbol } from '../../dist/infrastructure/http/edge/schemas.js';

const POOL = Symbol('Pool');
const acquireBody = z.strictObject({ holder: z.string().min(1) });
const releaseBody = z.strictObject({ token: z.number().int() });

const acquireSql = `
  INSERT INTO leases AS l (player, ship, holder, token, since) VALUES ($1, $2, $3, 1, now())
  ON CONFLICT (player, ship) DO UPDATE SET holder = $3, token = l.token + 1, since = now() WHERE l.holder IS NULL
  RETURNING token`;
const releaseSql = `UPDATE leases SET holder = NULL WHERE player = $1 AND ship = $2 AND token = $3 AND holder IS NOT NULL`;

class LeaseRowController {
  constructor(pool) {
    this.pool = pool;
  }

  async acquire(player, ship, { holder }) {
    const { rows } = await this.pool.query({ name: 'acquire', text: acquireSql, values: [player, ship, holder] });
    if (rows.length === 0) {
      const held = await this.pool.query({
        name: 'held',
        text: 'SELECT holder, token, since FROM leases WHERE player = $1 AND ship = $2',
        values: [player, ship],
      });
      const detail = `Ship ${ship} already assigned to ${held.rows[0]?.holder}`;
      throw new ProblemError({ code: 'lease-held', status: 409, title: 'Held', detail, extensions: held.rows[0] });
    }
    return { token: Number(rows[0].token) };
  }

  async release(player, ship, { token }) {
    const { rowCount } = await this.pool.query({ name: 'release', text: releaseSql, values: [player, ship, token] });
    return { freed: rowCount === 1 };
  }
}

const decorate = (target, name, decorators) => {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  for (const decorator of decorators) decorator(target, name, descriptor);
};
const parameters = (target, name, ...each) => each.forEach((decorator, index) => decorator(target, name, index));

Controller('players/:player/ships/:symbol/lease')(LeaseRowController);
Inject(POOL)(LeaseRowController, undefined, 0);
for (const [name, path, body] of [
  ['acquire', '', acquireBody],
  ['release', 'release', releaseBody],
]) {
  parameters(
    LeaseRowController.prototype,
    name,
    Param('player', { schema: playerIdText }),
    Param('symbol', { schema: symbol }),
    Body({ schema: body }),
  );
  decorate(LeaseRowController.prototype, name, [Post(path), HttpCode(200)]);
}

/** Starts the peer on a cluster of its own; gives its address. */
export async function startPeer(dataDir) {
  const postgres = await startPostgres({ dataDir, settings: { synchronous_commit: 'on' } });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 16 });
  // Idle connections may learn of the end of the cluster before the pool has let go of them.
  pool.on('error', () => undefined);
  await pool.query(
    'CREATE TABLE leases (player int, ship text, holder text, token bigint, since timestamptz, PRIMARY KEY (player, ship))',
  );
  class PeerModule {}
  Module({ controllers: [LeaseRowController], providers: [{ provide: POOL, useValue: pool }] })(PeerModule);
  const app = await NestFactory.create(PeerModule, createFastifyAdapter(), { logger: ['error'] });
  useEdge(app);
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    stop: async () => {
      await app.close();
      await pool.end();
      await postgres.stop();
    },
  };
}

if (process.argv[2]) {
  const peer = await startPeer(process.argv[2]);
  process.send?.({ url: peer.url });
  process.once('disconnect', () => void peer.stop().then(() => process.exit(0)));
}
