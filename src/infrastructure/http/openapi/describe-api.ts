import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemMediaType } from '../edge/send-problem.js';
import { refusalResponse } from './answers.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['post']>;

const description = [
  'Custody of a fleet: who holds which ship, which work is done, and why.',
  'Every write takes an `Idempotency-Key`: the same key gives the same answer and one effect.',
  'Every answer from a view says which position of the log it reflects; `minPosition` waits for your own write.',
  'Every refusal is `application/problem+json`; one about a lease carries `why`, with the legal next steps.',
].join(' ');

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key gives the same answer and one effect',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
} as const;

/** The OpenAPI description of everything that is served, made from the schemas that requests are held to. */
export function describeApi(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder().setTitle('Holdfast').setDescription(description).setVersion(version);
  const document = SwaggerModule.createDocument(app, config.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.delete]) {
      if (!operation) continue;
      const writes = operation !== path.get && !streams(operation);
      if (writes) operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
      addUsualRefusals(operation, writes);
      asProblems(operation);
      if (operation.operationId === 'Stream.follow') asEventStream(operation);
    }
  }
  const { schemas = {}, ...components } = document.components ?? {};
  return { ...document, paths: sorted(document.paths), components: { ...components, schemas: sorted(schemas) } };
}

const bodyRefusals = [400, 413, 415, 422];
/** What a write meets in the log, whatever it is about. */
const writeRefusals = [409, 422, 503, 504, 507];

function addUsualRefusals({ responses, requestBody, parameters = [] }: Operation, writes: boolean): void {
  const usual = new Set([
    ...(requestBody ? bodyRefusals : []),
    ...(writes ? writeRefusals : []),
    ...(parameters.length > 0 ? [422] : []),
  ]);
  for (const status of usual) responses[status] ??= refusalResponse(status);
}

/** An answer that comes bit by bit cannot be given again. */
const streams = ({ operationId }: Operation): boolean => operationId === 'Rebuild.rebuild';

/** Refusals have a media type of their own. */
function asProblems({ responses }: Operation): void {
  for (const [status, response] of Object.entries(responses)) {
    if (status < '400' || !response || !('content' in response)) continue;
    const content = response.content?.['application/json'];
    if (content) response.content = { [problemMediaType]: content };
  }
}

/** Each `data` line of the stream is one such object. */
function asEventStream({ responses }: Operation): void {
  const response = responses['200'];
  if (!response || !('content' in response)) return;
  const content = response.content?.['application/json'];
  if (content) response.content = { 'text/event-stream': content };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
