// Writes docs/openapi.json, the description of the API as it is served at /docs-json.
// Run after a build: npm run build && node scripts/write-openapi.mjs
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { format, resolveConfig } from 'prettier';
import { AppModule } from '../dist/app.module.js';
import { systemClock } from '../dist/infrastructure/clock.js';
import { createFastifyAdapter } from '../dist/infrastructure/http/edge/fastify-adapter.js';
import { describeApi } from '../dist/infrastructure/http/openapi/describe-api.js';
import { version } from '../dist/version.js';

/** Nothing is asked of the parts: the description is made from the controllers alone. */
const module = AppModule.of({ clock: systemClock, policy: { health: {} }, livenessLog: {} });
const app = await NestFactory.create(module, createFastifyAdapter(), { logger: ['error'] });
const file = new URL('../docs/openapi.json', import.meta.url);
const options = await resolveConfig(file.pathname);
writeFileSync(file, await format(JSON.stringify(describeApi(app, version)), { ...options, parser: 'json' }));
await app.close();
