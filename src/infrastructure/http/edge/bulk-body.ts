import { RouteConfig } from '@nestjs/platform-fastify';
import type { BodyClass } from './edge-options.js';

const bulk: { body: BodyClass } = { body: 'bulk' };

/** Marks a route that takes a large import; its body is held to the bulk limits. */
export const BulkBody = () => RouteConfig(bulk);

/** The class of limits of a route, from its configuration. */
export function bodyClassOf(config: unknown): BodyClass {
  return (config as { body?: unknown } | undefined)?.body === 'bulk' ? 'bulk' : 'plain';
}
