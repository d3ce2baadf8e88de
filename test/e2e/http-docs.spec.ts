import { readFile } from 'node:fs/promises';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startTestApp, type TestApp } from '../support/app.js';

const methods = ['get', 'post', 'put', 'delete', 'patch'] as const;
const undescribed = ['GET /docs', 'GET /docs-json', 'GET /docs/{asset}', 'GET /', 'GET /assets/{name}'];

describe('the description of the API', () => {
  let app: TestApp;
  let document: OpenAPIObject;
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method];
        return operation ? [{ name: `${method.toUpperCase()} ${path}`, method, operation }] : [];
      }),
    );
  beforeAll(async () => {
    app = await startTestApp();
    document = (await app.get('/docs-json')).body;
  });
  afterAll(() => app.close());

  it('names every route there is, and no other', () => {
    const routes = app.routes.filter((route) => !undescribed.includes(route));

    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(routes.sort());
    expect(routes.length).toBeGreaterThan(45);
  });

  it('describes every answer, every body and every refusal by a schema', () => {
    for (const { name, operation } of operations()) {
      const contents = Object.entries(operation.responses).map(([status, response]) => {
        const content = response && 'content' in response ? Object.entries(response.content ?? {}) : [];
        return { status, type: content[0]?.[0], schema: content[0]?.[1].schema };
      });
      expect(contents.length).toBeGreaterThan(0);
      for (const { status, type, schema } of contents) {
        expect({ name, status, schema: schema !== undefined }).toEqual({ name, status, schema: true });
        const answered = name === 'GET /api/v1/stream' ? 'text/event-stream' : 'application/json';
        expect(type).toBe(Number(status) < 400 ? answered : 'application/problem+json');
      }
      expect(operation.summary).toMatch(/^[A-Z]/);
    }
  });

  it('says of every write and of every body what it can be refused with', () => {
    for (const { name, method, operation } of operations()) {
      const expected = [
        ...(method === 'get' || name.endsWith('/rebuild') ? [] : ['409', '503', '504', '507']),
        ...(operation.requestBody ? ['400', '413', '415', '422'] : []),
        ...(operation.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'path') ? ['422'] : []),
      ];
      const missing = expected.filter((status) => !Object.hasOwn(operation.responses, status));
      expect({ name, missing }).toEqual({ name, missing: [] });
    }
  });

  it('gives every operation a name of its own, and every write an Idempotency-Key', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, method, operation } of operations()) {
      const keys = operation.parameters?.filter(
        (parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key',
      );
      expect({ name, keys: keys?.length ?? 0 }).toEqual({
        name,
        keys: method === 'get' || name.endsWith('/rebuild') ? 0 : 1,
      });
    }
  });

  it('points only to schemas that it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );

    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((name) => !Object.hasOwn(document.components?.schemas ?? {}, name ?? ''))).toEqual([]);
  });

  it('is kept in docs/openapi.json as it is served (`node scripts/write-openapi.mjs` writes it)', async () => {
    const kept = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as unknown;

    expect(kept).toEqual(document);
  });

  it('has a page that needs nothing from elsewhere', async () => {
    const page = await app.get('/docs');

    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.body).not.toMatch(/https?:\/\//);
    for (const [, asset] of String(page.body).matchAll(/(?:href|src)="(\/docs\/[^"]+)"/g)) {
      expect((await app.get(asset ?? '')).status).toBe(200);
    }
    expect((await app.get('/docs/package.json')).status).toBe(404);
    expect((await app.get('/docs/..%2fpackage.json')).status).toBe(404);
  });
});
