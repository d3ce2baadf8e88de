import { gzipSync } from 'node:zlib';
import { exchange, requestBytes, startToyApp } from './toy-app.js';
import type { ToyApp } from './toy-app.js';

const json = ['Content-Type: application/json'];
const claims = 'POST /ships/claims';
const claim = (rest: string) => `{"ship":"COOPER-2","player":1${rest}}`;
const deep = (n: number) => '['.repeat(n) + ']'.repeat(n);
const keys = (n: number) => Array.from({ length: n }, (_, i) => `"k${i}":0`).join(',');
const zeros = (n: number) => Array.from({ length: n }, () => '0').join(',');

type Case = readonly [title: string, bytes: Buffer | string, status: number, code: string];
const post = (body: string | Buffer, headers: readonly string[] = json) => requestBytes(claims, headers, body);
const get = (path: string, headers: readonly string[] = []) => requestBytes(`GET ${path}`, headers);
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const jsonText: readonly Case[] = [
  ['malformed JSON', post('{"ship":'), 400, 'json-malformed'],
  ['a bare word', post('undefined'), 400, 'json-malformed'],
  ['NaN', post(claim(',"config":{"a":NaN}')), 400, 'json-malformed'],
  ['a comment', post(claim(' /* hi */')), 400, 'json-malformed'],
  ['single quotes', post("{'ship':'A'}"), 400, 'json-malformed'],
  ['a trailing comma', post(claim(',')), 400, 'json-malformed'],
  ['trailing garbage', post(`${claim('')}x`), 400, 'json-malformed'],
  ['two documents', post(`${claim('')}${claim('')}`), 400, 'json-malformed'],
  ['a byte order mark', post(`\uFEFF${claim('')}`), 400, 'json-malformed'],
  ['an empty body', post('', [...json, 'Content-Length: 0']), 400, 'json-malformed'],
  ['no body and no type', requestBytes(claims), 400, 'json-malformed'],
  ['a body of spaces', post('   '), 400, 'json-malformed'],
  ['invalid UTF-8', post(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400, 'json-malformed'],
  ['UTF-8 of a surrogate half', post(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), 400, 'json-malformed'],
  ['overlong UTF-8', post(Buffer.from([0x22, 0xc0, 0x80, 0x22])), 400, 'json-malformed'],
  ['UTF-16', post(Buffer.from(claim(''), 'utf16le')), 400, 'json-malformed'],
  ['a raw NUL', post(claim(',"reason":"a\0b"')), 400, 'json-malformed'],
  ['a raw newline in a text', post(claim(',"reason":"a\nb"')), 400, 'json-malformed'],
  ['an unknown escape in a key', post('{"\\x":1}'), 400, 'json-malformed'],
  ['a number with two points', post('[1.2.3]'), 400, 'json-malformed'],
  ['a number with a leading zero', post('[01]'), 400, 'json-malformed'],
  ['an unclosed text', post('{"ship":"A'), 400, 'json-malformed'],
  ['duplicate keys', post('{"ship":"A","ship":"B","player":1}'), 400, 'duplicate-key'],
  ['duplicate keys, one escaped', post('{"ship":"A","sh\\u0069p":"B"}'), 400, 'duplicate-key'],
  ['duplicate keys far inside', post(claim(',"config":{"a":[{"b":1,"b":1}]}')), 400, 'duplicate-key'],
  ['the key __proto__', post(claim(',"__proto__":{"admin":true}')), 400, 'forbidden-key'],
  ['the key __proto__, escaped', post(claim(',"\\u005f_proto__":{}')), 400, 'forbidden-key'],
  ['the key constructor far inside', post(claim(',"config":{"a":[{"constructor":{}}]}')), 400, 'forbidden-key'],
  ['the key prototype', post(claim(',"config":{"prototype":1}')), 400, 'forbidden-key'],
  ['21 nested arrays', post(deep(21)), 400, 'too-complex'],
  ['30,000 nested arrays', post(deep(30_000)), 400, 'too-complex'],
  ['30,000 open brackets', post('['.repeat(30_000)), 400, 'too-complex'],
  ['1,001 keys', post(`{${keys(1001)}}`), 400, 'too-complex'],
  ['an array of 1,001', post(`[${zeros(1001)}]`), 400, 'too-complex'],
  ['an integer above 2^53', post('{"player":9007199254740993}'), 422, 'number-range'],
  ['an integer below -2^53', post('[-9007199254740993]'), 422, 'number-range'],
  ['1e400', post('[1e400]'), 422, 'number-range'],
  ['-0', post('[-0]'), 422, 'number-range'],
  ['-0.0e5', post('[-0.0e5]'), 422, 'number-range'],
  ['1e-400', post('[1e-400]'), 422, 'number-range'],
  ['NUL in a text', post(claim(',"reason":"a\\u0000b"')), 422, 'text-not-storable'],
  ['half a surrogate pair', post(claim(',"reason":"\\ud800"')), 422, 'text-not-storable'],
  ['a surrogate pair turned round', post(claim(',"reason":"\\ude00\\ud83d"')), 422, 'text-not-storable'],
  ['NUL in a key', post(claim(',"config":{"a\\u0000":1}')), 422, 'text-not-storable'],
];

const values: readonly Case[] = [
  ['a number as text', post('{"ship":"A","player":"5"}'), 422, 'validation'],
  ['true for 1', post('{"ship":"A","player":true}'), 422, 'validation'],
  ['1 for true', post(claim(',"urgent":1')), 422, 'validation'],
  ['null', post('{"ship":null,"player":1}'), 422, 'validation'],
  ['null for the body', post('null'), 422, 'validation'],
  ['an array for the body', post('[]'), 422, 'validation'],
  ['an object for an array', post(claim(',"tags":{"0":"a","length":1}')), 422, 'validation'],
  ['a missing property', post('{"ship":"A"}'), 422, 'validation'],
  ['an unknown property', post(claim(',"isAdmin":true')), 422, 'unknown-property'],
  ['player 0', post('{"ship":"A","player":0}'), 422, 'number-range'],
  ['player -1', post('{"ship":"A","player":-1}'), 422, 'number-range'],
  ['player 1.5', post('{"ship":"A","player":1.5}'), 422, 'validation'],
  ['a blank reason', post(claim(',"reason":"  "')), 422, 'validation'],
  ['a reason of 257', post(claim(`,"reason":"${'x'.repeat(257)}"`)), 422, 'validation'],
  ['a symbol in lower case', post('{"ship":"cooper","player":1}'), 422, 'symbol-format'],
  ['a symbol with a space at its end', post('{"ship":"COOPER ","player":1}'), 422, 'symbol-format'],
  ['a symbol with a newline at its end', post('{"ship":"COOPER\\n","player":1}'), 422, 'symbol-format'],
  ['a symbol in full width', post('{"ship":"ＣＯＯＰＥＲ","player":1}'), 422, 'symbol-format'],
  ['a symbol with a right-to-left mark', post('{"ship":"A\u202eB","player":1}'), 422, 'symbol-format'],
  ['a symbol with a zero-width space', post('{"ship":"A\u200bB","player":1}'), 422, 'symbol-format'],
  ['a symbol that is an emoji', post('{"ship":"🚀","player":1}'), 422, 'symbol-format'],
  ['an empty symbol', post('{"ship":"","player":1}'), 422, 'symbol-format'],
  ['a symbol of 65', post(`{"ship":"${'A'.repeat(65)}","player":1}`), 422, 'symbol-format'],
  ['a container that climbs', post(claim(',"container":"../../etc"')), 422, 'symbol-format'],
  ['a container named like a system stream', post(claim(',"container":"$ce-ship"')), 422, 'symbol-format'],
  ['a container named like a metadata stream', post(claim(',"container":"$$a"')), 422, 'symbol-format'],
  ['a container with @@', post(claim(',"container":"a@@b"')), 422, 'symbol-format'],
];

const bodies: readonly Case[] = [
  ['no type', post(claim(''), []), 415, 'media-type'],
  ['text/plain', post(claim(''), ['Content-Type: text/plain']), 415, 'media-type'],
  ['xml', post('<a/>', ['Content-Type: application/xml']), 415, 'media-type'],
  ['a form', post('ship=A', ['Content-Type: application/x-www-form-urlencoded']), 415, 'media-type'],
  ['multipart', post('--x--', ['Content-Type: multipart/form-data; boundary=x']), 415, 'media-type'],
  ['another JSON type', post(claim(''), ['Content-Type: application/problem+json']), 415, 'media-type'],
  ['two types in one', post(claim(''), ['Content-Type: application/json, text/plain']), 415, 'media-type'],
  ['a type with a tail', post(claim(''), ['Content-Type: application/jsonp']), 415, 'media-type'],
  ['charset utf-7', post(claim(''), ['Content-Type: application/json; charset=utf-7']), 415, 'media-type'],
  ['charset latin1', post(claim(''), ['Content-Type: application/json; charset=iso-8859-1']), 415, 'media-type'],
  ['an empty body of another type', post('', ['Content-Type: text/plain', 'Content-Length: 0']), 415, 'media-type'],
  ['gzip', post(gzipSync(claim('')), [...json, 'Content-Encoding: gzip']), 415, 'content-encoding'],
  ['a broken gzip', post('not gzip', [...json, 'Content-Encoding: gzip']), 415, 'content-encoding'],
  ['an unknown encoding', post(claim(''), [...json, 'Content-Encoding: snake']), 415, 'content-encoding'],
  ['two encodings', post(claim(''), [...json, 'Content-Encoding: identity, gzip']), 415, 'content-encoding'],
  ['64 KiB and one byte', post(`"${'x'.repeat(65_535)}"`), 413, 'body-too-large'],
  [
    '64 KiB and one byte in chunks',
    post(chunked(`"${'x'.repeat(65_535)}"`), [...json, 'Transfer-Encoding: chunked']),
    413,
    'body-too-large',
  ],
  ['a false length of 1 GiB', post('{}', [...json, 'Content-Length: 1073741824']), 413, 'body-too-large'],
  ['a length that is no number', post('{}', [...json, 'Content-Length: ten']), 400, 'request-malformed'],
  ['a negative length', post('{}', [...json, 'Content-Length: -1']), 400, 'request-malformed'],
  ['two lengths', post('{}', [...json, 'Content-Length: 2', 'Content-Length: 3']), 400, 'request-malformed'],
  [
    'length and chunks',
    post(chunked('{}'), [...json, 'Content-Length: 2', 'Transfer-Encoding: chunked']),
    400,
    'request-malformed',
  ],
  ['a broken chunk', post('zz\r\n', [...json, 'Transfer-Encoding: chunked']), 400, 'request-malformed'],
];

const addresses: readonly Case[] = [
  ['an unknown route', get('/nothing'), 404, 'not-found'],
  ['an unknown route with a bad body', requestBytes('POST /nothing', json, '{'), 404, 'not-found'],
  ['a trailing slash', get('/ships/'), 404, 'not-found'],
  ['a double slash', get('//ships'), 404, 'not-found'],
  ['an empty segment', get('/ships//COOPER-2'), 404, 'not-found'],
  ['another case', get('/Ships'), 404, 'not-found'],
  ['dot segments', get('/ships/../../etc/passwd'), 404, 'not-found'],
  ['an encoded slash in a name', get('/ships/1/..%2F..%2Fetc'), 422, 'symbol-format'],
  ['encoded dots in a name', get('/ships/1/%2e%2e'), 422, 'symbol-format'],
  ['an encoded NUL', get('/ships/1/A%00B'), 422, 'text-not-storable'],
  ['an encoded newline', get('/ships/1/A%0AB'), 422, 'symbol-format'],
  ['a backslash', get('/ships/1/A%5CB'), 422, 'symbol-format'],
  ['quotes and dashes of SQL', get("/ships/1/A';--"), 422, 'symbol-format'],
  ['player 0', get('/ships/0/A'), 422, 'number-range'],
  ['player -1', get('/ships/-1/A'), 422, 'number-range'],
  ['player 1.5', get('/ships/1.5/A'), 422, 'number-range'],
  ['player 2^53 + 1', get('/ships/9007199254740993/A'), 422, 'number-range'],
  ['player 1e3', get('/ships/1e3/A'), 422, 'validation'],
  ['player 0x10', get('/ships/0x10/A'), 422, 'validation'],
  ['player in Arabic digits', get('/ships/%D9%A1/A'), 422, 'validation'],
  ['position 2^64', get('/ships/at/log/18446744073709551616'), 422, 'number-range'],
  ['limit 0', get('/ships?limit=0'), 422, 'number-range'],
  ['limit -1', get('/ships?limit=-1'), 422, 'number-range'],
  ['limit 10^9', get('/ships?limit=1000000000'), 422, 'number-range'],
  ['limit twice', get('/ships?limit=1&limit=2'), 422, 'validation'],
  ['limit without a value', get('/ships?limit='), 422, 'validation'],
  ['a cursor that is none', get('/ships?cursor=%7B%7D'), 422, 'validation'],
  ['an unknown parameter', get('/ships?sort=id;drop'), 422, 'unknown-property'],
  ['the parameter a[__proto__]', get('/ships?a[__proto__]=1'), 400, 'forbidden-key'],
  ['the parameter constructor.prototype', get('/ships?constructor.prototype=1'), 400, 'forbidden-key'],
  ['NUL in a parameter', get('/ships?q=a%00'), 422, 'text-not-storable'],
  ['bad percent-encoding in the path', get('/%E0%A4%A'), 400, 'url-malformed'],
  ['a stray percent sign in the path', get('/ships/1/%'), 400, 'url-malformed'],
  ['bad percent-encoding in the query', get('/ships?q=%E0%A4%A'), 400, 'url-malformed'],
  ['invalid UTF-8 in the query', get('/ships?q=%ff'), 400, 'url-malformed'],
  ['a name of 2,000', get(`/ships/1/${'A'.repeat(2000)}`), 414, 'uri-too-long'],
  ['a wrong method', requestBytes('PUT /ships/claims'), 405, 'method-not-allowed'],
  ['a wrong method with a bad body', requestBytes('POST /ships/1/A', json, '{'), 405, 'method-not-allowed'],
  ['TRACE', requestBytes('TRACE /ships'), 405, 'method-not-allowed'],
];

const headers: readonly Case[] = [
  ['another host', get('/ships', ['Host: evil.example']), 421, 'host-not-allowed'],
  ['another host that begins like ours', get('/ships', ['Host: 127.0.0.1.evil.example']), 421, 'host-not-allowed'],
  ['another address', get('/ships', ['Host: 10.0.0.1:4000']), 421, 'host-not-allowed'],
  ['a host with a user', get('/ships', ['Host: localhost@evil.example']), 400, 'request-malformed'],
  ['an empty host', get('/ships', ['Host:']), 400, 'request-malformed'],
  ['no host', 'GET /ships HTTP/1.1\r\n\r\n', 400, 'request-malformed'],
  ['two hosts', get('/ships', ['Host: localhost', 'Host: evil.example']), 400, 'header-repeated'],
  ['two authorizations', get('/ships', ['Authorization: a', 'authorization: b']), 400, 'header-repeated'],
  ['two types', post(claim(''), [...json, 'Content-Type: text/plain']), 400, 'header-repeated'],
  ['17 KiB of headers', get('/ships', [`X-Long: ${'x'.repeat(17_000)}`]), 431, 'headers-too-large'],
  [
    '101 headers',
    get(
      '/ships',
      Array.from({ length: 100 }, (_, i) => `X-${i}: 1`),
    ),
    431,
    'headers-too-large',
  ],
  [
    '300 headers',
    get(
      '/ships',
      Array.from({ length: 300 }, (_, i) => `X-${i}: 1`),
    ),
    431,
    'headers-too-large',
  ],
  ['NUL in a header', get('/ships', ['X-A: a\0b']), 400, 'request-malformed'],
  ['a bare CR in a header', get('/ships', ['X-A: a\rX-B: b']), 400, 'request-malformed'],
  ['a space before the colon', get('/ships', ['X-A : a']), 400, 'request-malformed'],
  ['another origin', post(claim(''), [...json, 'Origin: https://evil.example']), 403, 'origin-not-allowed'],
  ['another port of this machine', post(claim(''), [...json, 'Origin: http://127.0.0.1:1']), 403, 'origin-not-allowed'],
  ['the origin null', post(claim(''), [...json, 'Origin: null']), 403, 'origin-not-allowed'],
  [
    'a delete from another origin',
    requestBytes('DELETE /ships/claims/A', ['Origin: http://evil.example']),
    403,
    'origin-not-allowed',
  ],
  ['a cross-site write', post(claim(''), [...json, 'Sec-Fetch-Site: cross-site']), 403, 'origin-not-allowed'],
  ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'request-malformed'],
  ['an unknown method', requestBytes('FETCH /ships'), 400, 'request-malformed'],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'request-malformed'],
];

describe('bad input', () => {
  let toy: ToyApp;
  beforeAll(async () => (toy = await startToyApp()));
  afterAll(() => toy.app.close());

  const alive = async () => {
    const answer = await exchange(toy.port, get('/ships/1/COOPER-2'));
    expect(answer?.status).toBe(200);
  };

  describe.each([
    ['JSON text', jsonText],
    ['values', values],
    ['bodies', bodies],
    ['addresses', addresses],
    ['headers', headers],
  ])('in %s', (_group, cases) => {
    it.each(cases)('%s', async (_title, bytes, status, code) => {
      const answer = await exchange(toy.port, bytes);
      if (answer === undefined) throw new Error('the server hung up without an answer');
      const problem = JSON.parse(Buffer.from(answer.text, 'latin1').toString()) as Record<string, unknown>;
      expect({ status: answer.status, code: problem['code'] }).toEqual({ status, code });
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(problem).toMatchObject({ type: `urn:holdfast:problem:${code}`, status, statusCode: status });
      expect(problem['instance']).toBe(answer.headers['x-request-id']);
      expect(problem['message']).toBe(problem['detail']);
      expect(answer.text).not.toMatch(/fastify|nestjs|\bzod\b|node_modules|FST_|\.js\b|\\n +at /i);
      await alive();
    });
  });

  it('is refused without a word in the log, since it is nobody’s bug', () => {
    expect(toy.reported).toEqual([]);
  });
});
