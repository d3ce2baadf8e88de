import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { eventually } from '../../../support/eventually.js';
import { exchange, requestBytes, startToyApp } from './toy-app.js';
import type { ToyApp } from './toy-app.js';

const json = ['Content-Type: application/json'];

describe('the HTTP edge', () => {
  let toy: ToyApp;
  let url: string;
  beforeAll(async () => {
    toy = await startToyApp({ allowedHosts: ['Fleet.Example'] });
    url = `http://127.0.0.1:${toy.port}`;
  });
  afterAll(() => toy.app.close());

  describe('lets a good request through', () => {
    it('with its values as the schema gives them', async () => {
      const body = { ship: 'COOPER-2', player: 1, container: 'scout-1', reason: 'Ünïcode 🚀', config: { a: [1, 'x'] } };
      await request(url).post('/ships/claims').send(body).expect(201, body);
      await request(url).get('/ships/7/X1-TS98-A1').expect(200, { player: 7, symbol: 'X1-TS98-A1' });
      await request(url).get('/ships').expect(200, { limit: 50 });
      await request(url).get('/ships?limit=200&q=%27%3B--%25_').expect(200, { limit: 200, q: "';--%_" });
      await request(url).get('/ships/at/log/18446744073709551615').expect(200, { position: '18446744073709551615' });
    });

    it.each([
      'application/json',
      'Application/JSON',
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
    ])('of the type %s', async (type) => {
      await request(url).post('/ships/claims').set('Content-Type', type).send('{"ship":"A","player":1}').expect(201);
    });

    it('without a body where none is needed, and in chunks', async () => {
      await request(url).post('/ships/ping').expect(201);
      await request(url).delete('/ships/claims/A').expect(200);
      const chunks = '8\r\n{"ship":\r\n10\r\n"A","player":1} \r\n0\r\n\r\n';
      const answer = await exchange(
        toy.port,
        requestBytes('POST /ships/claims', [...json, 'Transfer-Encoding: chunked'], chunks),
      );
      expect(answer?.status).toBe(201);
    });

    it('that names a type for a body it does not have', async () => {
      await request(url).get('/ships').set('Content-Type', 'text/plain').expect(200);
      await request(url).delete('/ships/claims/A').set('Content-Type', 'application/json').expect(200);
    });

    it('without believing what it says about its sender', async () => {
      await request(url)
        .get('/ships/mine/from/here')
        .set('X-Forwarded-For', '10.9.8.7')
        .expect(200, { ip: '127.0.0.1' });
    });

    it('with a body of exactly 64 KiB', async () => {
      const frame = '{"ship":"A","player":1,"config":{"x":""}}';
      const body = frame.replace('""', `"${'x'.repeat(65_536 - frame.length)}"`);
      expect(body).toHaveLength(65_536);
      await request(url).post('/ships/claims').set('Content-Type', 'application/json').send(body).expect(201);
    });

    it('with a large body on a route marked for bulk', async () => {
      const nodes = Array.from({ length: 50_000 }, (_, i) => i);
      await request(url).post('/ships/graph').send({ nodes }).expect(201, { nodes: 50_000 });
      const tooMany = Array.from({ length: 100_001 }, () => 0);
      await request(url).post('/ships/graph').send({ nodes: tooMany }).expect(400);
    });

    it.each([
      'localhost',
      'LOCALHOST:1',
      '127.0.0.1:4000',
      '127.1.2.3',
      '[::1]:4000',
      'fleet.example',
      'FLEET.example:443',
    ])('to the host %s', async (host) => {
      expect((await exchange(toy.port, requestBytes('GET /ships', [`Host: ${host}`])))?.status).toBe(200);
    });

    it.each([
      ['our own page', ['Host: localhost:4000', 'Origin: http://localhost:4000', 'Sec-Fetch-Site: same-origin']],
      ['our own page behind TLS', ['Host: fleet.example', 'Origin: https://fleet.example']],
      ['a program', []],
      ['a person at the address line', ['Sec-Fetch-Site: none']],
    ])('that writes, from %s', async (_who, headers) => {
      expect((await exchange(toy.port, requestBytes('POST /ships/ping', headers)))?.status).toBe(201);
    });
  });

  describe('names each request', () => {
    it.each(['abc-123', 'a.b_c', 'x'.repeat(64)])('by the id the caller gave: %s', async (id) => {
      await request(url).get('/ships').set('X-Request-Id', id).expect('X-Request-Id', id);
      const answer = await request(url).get('/nothing').set('X-Request-Id', id).expect('X-Request-Id', id);
      expect(answer.body.instance).toBe(id);
    });

    it.each(['a b', 'x'.repeat(65), '<script>', 'x'.repeat(10_000), '', 'ä'])(
      'by one of its own instead of %j',
      async (id) => {
        const answer = await request(url).get('/ships').set('X-Request-Id', Buffer.from(id).toString('latin1'));
        expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      },
    );
  });

  describe('answers errors in one form', () => {
    it('with all members of a problem, and those that Nest clients expect', async () => {
      const answer = await request(url).get('/faults/held').expect(409).expect('Retry-After', '3');
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toEqual({
        type: 'urn:holdfast:problem:lease-held',
        title: 'The ship is held',
        status: 409,
        detail: 'The ship is held',
        instance: answer.headers['x-request-id'],
        code: 'lease-held',
        retryable: true,
        currentHolder: 'scout-1',
        statusCode: 409,
        message: 'The ship is held',
      });
    });

    it('with a pointer to each fault of a body', async () => {
      const body = { ship: 'cooper', player: '1', tags: ['a', 2], 'x/y': 1 };
      const answer = await request(url).post('/ships/claims').send(body).expect(422);
      expect(answer.body.code).toBe('validation');
      const faults = (answer.body.errors as { in: string; pointer: string; rule: string }[]).map(
        ({ in: place, pointer, rule }) => [place, pointer, rule],
      );
      expect(faults).toEqual([
        ['body', '/ship', 'symbol-format'],
        ['body', '/player', 'validation'],
        ['body', '/tags/1', 'validation'],
        ['body', '/x~1y', 'unknown-property'],
      ]);
    });

    it('in the house’s own words, each with the name of its field before it', async () => {
      const answer = await request(url).post('/ships/claims').send({ player: 'x', tags: 'a' }).expect(422);
      expect(answer.body.detail).toBe('body /ship: Is needed.');
      expect((answer.body.errors as { message: string }[]).map(({ message }) => message)).toEqual([
        'Is needed.',
        'Must be a number.',
        'Must be a list.',
      ]);
    });

    it('with a pointer to the parameter of a path or a query', async () => {
      const path = await request(url).get('/ships/0/A').expect(422);
      expect(path.body.errors).toEqual([
        expect.objectContaining({ in: 'path', pointer: '/player', rule: 'number-range' }),
      ]);
      const query = await request(url).get('/ships?limit=0').expect(422);
      expect(query.body.errors).toEqual([expect.objectContaining({ in: 'query', pointer: '/limit' })]);
    });

    it('with at most 20 faults', async () => {
      const tags = Array.from({ length: 500 }, () => 1);
      const answer = await request(url).post('/ships/claims').send({ ship: 'A', player: 1, tags }).expect(422);
      expect(answer.body.errors).toHaveLength(20);
      const unknown = Object.fromEntries(tags.map((_, i) => [`k${i}`, 1]));
      const other = await request(url).post('/ships/claims').send(unknown).expect(422);
      expect(other.body.errors).toHaveLength(20);
    });

    it.each([
      ['/faults/translated', 409, 'lease-held', 'Held'],
      ['/faults/missing', 404, 'not-found', 'No ship COOPER-2.'],
      ['/faults/coded', 400, 'too-late', 'Too late.'],
      ['/faults/conflict', 409, 'conflict', 'Somebody was first.'],
      ['/faults/bad', 400, 'bad-request', 'That cannot be.'],
      ['/faults/unavailable', 503, 'service-unavailable', 'Service Unavailable'],
    ])('for an error of the application at %s', async (path, status, code, detail) => {
      const answer = await request(url).get(path).expect(status);
      expect(answer.body).toMatchObject({ code, detail, status });
    });

    it.each(['/faults/bug', '/faults/not-an-error'])('and hides what went wrong inside at %s', async (path) => {
      toy.reported.length = 0;
      const answer = await request(url).get(path).expect(500);
      expect(answer.body).toMatchObject({ code: 'internal', title: 'Internal error', retryable: true });
      expect(answer.text).not.toMatch(/secret|SELECT|passwd|stack/);
      expect(toy.reported).toEqual([{ error: expect.anything(), requestId: answer.body.instance }]);
    });

    it('but cuts an answer that has already begun, so that it cannot pass for a whole one', async () => {
      const answer = await exchange(toy.port, requestBytes('GET /faults/begun'), true);
      expect(answer?.all).toContain('the first half');
      expect(answer?.all).not.toMatch(/\r\n0\r\n\r\n$|internal/);
      await request(url).get('/ships').expect(200);
    });

    it('for a wrong method, with the right ones', async () => {
      await request(url).put('/ships').expect(405).expect('Allow', 'GET, HEAD');
      await request(url).get('/ships/claims/A').expect(422);
      await request(url).patch('/ships/claims/A').expect(405).expect('Allow', 'DELETE, GET, HEAD');
      await request(url).options('/ships/ping').expect(405).expect('Allow', 'POST');
    });

    it('to HEAD without a body', async () => {
      const answer = await request(url).head('/nothing').expect(404);
      expect(answer.text).toBeUndefined();
    });

    it('to a caller who is still sending a refused body', async () => {
      const body = JSON.stringify({ x: 'y'.repeat(2_000_000) });
      const refused = await request(url).post('/ships/claims').set('Content-Type', 'application/json').send(body);
      expect([refused.status, refused.body.code]).toEqual([413, 'body-too-large']);
      const wrongType = await request(url).post('/ships/claims').set('Content-Type', 'text/plain').send(body);
      expect([wrongType.status, wrongType.body.code]).toEqual([415, 'media-type']);
    });
  });

  it('reads a refused body to its end, so that the connection can be used again', async () => {
    const refused = requestBytes('POST /ships/claims', json, 'x'.repeat(200_000));
    const inChunks = requestBytes(
      'POST /ships/claims',
      [...json, 'Transfer-Encoding: chunked'],
      `30d40\r\n${'x'.repeat(200_000)}\r\n0\r\n\r\n`,
    );
    const last = requestBytes('GET /ships/1/LAST', ['Connection: close']);
    const answer = await exchange(toy.port, Buffer.concat([refused, inChunks, last]), true);
    expect(answer?.all.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('hangs up on a caller who goes on sending a refused body for ever', async () => {
    const head = requestBytes('POST /ships/claims', [...json, 'Content-Length: 1073741824']);
    const chunk = Buffer.alloc(1_048_576, 'x');
    let sent = 0;
    await new Promise<void>((resolve) => {
      const socket = connect(toy.port, '127.0.0.1', () => {
        socket.write(head);
        const more = () => {
          while (sent < 256 && !socket.destroyed && socket.write(chunk)) sent++;
          sent++;
          if (sent >= 256) socket.destroy();
        };
        socket.on('drain', more);
        more();
      });
      socket.resume().on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    expect(sent).toBeLessThan(128);
  });

  describe('sends the headers that keep a browser safe', () => {
    it.each(['/ships', '/nothing', '/faults/bug', '/%E0%A4%A'])('with %s', async (path) => {
      const { headers } = await request(url).get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    });

    it('and lets only the API reference have inline scripts', async () => {
      const { headers } = await request(url).get('/docs').expect(200);
      expect(headers['content-security-policy']).toContain("script-src 'self' 'unsafe-inline'");
    });

    it('and gives no other origin leave to read', async () => {
      const { headers } = await request(url).get('/ships').set('Origin', 'https://evil.example').expect(200);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    });
  });

  it('never lets a body change an object’s prototype', async () => {
    const body = '{"ship":"A","player":1,"config":{"a":{"__proto__":{"polluted":1}}}}';
    await request(url).post('/ships/claims').set('Content-Type', 'application/json').send(body).expect(400);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('hangs up on CONNECT', async () => {
    expect(await exchange(toy.port, requestBytes('CONNECT evil.example:443'))).toBeUndefined();
  });

  it('survives callers who hang up in the middle of a request', async () => {
    toy.reported.length = 0;
    for (const cut of [10, 60, 120]) {
      const bytes = requestBytes('POST /ships/claims', [...json, 'Content-Length: 1000'], '{"ship":"A"');
      await new Promise<void>((resolve) => {
        const socket = connect(toy.port, '127.0.0.1', () => socket.end(bytes.subarray(0, cut)));
        socket.resume().on('close', () => resolve());
      });
    }
    await request(url).get('/ships').expect(200);
    expect(toy.reported).toEqual([]);
  });
});

describe('the HTTP edge, short of time and places', () => {
  const timeouts = { headers: 200, request: 400, keepAlive: 200, checkEvery: 50 };
  let toy: ToyApp;
  beforeEach(async () => (toy = await startToyApp({ timeouts })));
  afterEach(() => toy.app.close());

  it.each([
    ['headers that never end', 'GET /ships HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    ['a body that never ends', requestBytes('POST /ships/claims', [...json, 'Content-Length: 100'], '{"ship"')],
    [
      'chunks that never end',
      requestBytes('POST /ships/claims', [...json, 'Transfer-Encoding: chunked'], '5\r\n{"shi\r\n'),
    ],
    ['a connection that says nothing', ''],
  ])('answers %s with 408 and hangs up', async (_title, bytes) => {
    const answer = await exchange(toy.port, bytes, true);
    expect(answer?.status).toBe(408);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ code: 'request-timeout', status: 408, retryable: true });
    expect(toy.reported).toEqual([]);
  });

  it('closes a connection that stays idle after its request', async () => {
    const answer = await exchange(toy.port, requestBytes('GET /ships'), true);
    expect(answer?.status).toBe(200);
  });
});

it('the HTTP edge drops connections above its limit and takes new ones when places are free again', async () => {
  const toy = await startToyApp({ maxConnections: 3 });
  const ask = () => exchange(toy.port, requestBytes('GET /ships'));
  const hold = () =>
    new Promise<ReturnType<typeof connect>>((resolve) => {
      const socket = connect(toy.port, '127.0.0.1', () => socket.write('GET /ships HTTP/1.1\r\n'));
      socket.resume().on('error', () => undefined);
      toy.app.getHttpServer().once('connection', () => resolve(socket));
    });
  try {
    const held = [await hold(), await hold(), await hold()];
    expect(await ask()).toBeUndefined();
    held.forEach((socket) => socket.destroy());
    await eventually(async () => expect((await ask())?.status).toBe(200));
  } finally {
    await toy.app.close();
  }
});

describe('the HTTP edge at the end', () => {
  it('refuses writes while draining and still answers reads', async () => {
    const toy = await startToyApp();
    try {
      toy.adapter.startDraining();
      const url = `http://127.0.0.1:${toy.port}`;
      const refused = await request(url).post('/ships/ping').expect(503).expect('Retry-After', '5');
      expect(refused.body).toMatchObject({ code: 'draining', retryable: true });
      await request(url).get('/ships').expect(200);
    } finally {
      await toy.app.close();
    }
  });

  it('closes at once although an answer is still being streamed', async () => {
    const toy = await startToyApp();
    const socket = connect(toy.port, '127.0.0.1', () => socket.write(requestBytes('GET /faults/endless')));
    await new Promise((resolve) => socket.once('data', resolve));
    const gone = new Promise((resolve) => socket.on('close', resolve));
    const late = new AbortController();
    const closed = toy.app.close().then(() => 'closed');
    expect(await Promise.race([closed, pause(3_000, 'late', { signal: late.signal })])).toBe('closed');
    late.abort();
    await gone;
  });
});
