import { startTestApp, type TestApp } from '../support/app.js';

/** `npm test` builds before it tests. */
describe('the page as it is served', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());
  const assets = async () => {
    const { body } = await app.get('/');
    return [...(body as string).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  };

  it('consists of files of its own, with no script and no style inside', async () => {
    const { status, headers, body } = await app.get('/');

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self'");
    expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    expect((await assets()).map((path) => path.split('.').at(-1)).sort()).toEqual(['css', 'js']);
  });

  it('lets assets be kept for ever, because their names change with their content', async () => {
    for (const path of await assets()) {
      const { status, headers } = await app.get(path);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('content-type')).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      expect(headers.get('content-encoding')).toBe('gzip');
    }
  });

  it('is sent again only when it has changed', async () => {
    const { headers } = await app.get('/');
    const again = await app.get('/', { 'if-none-match': headers.get('etag') ?? '' });

    expect(again.status).toBe(304);
    expect(again.body).toBe('');
  });

  it.each(['/assets/none.js', '/assets/..%2Findex.html', '/index.html', '/assets/'])(
    'has nothing at %s',
    async (path) => {
      expect((await app.get(path)).status).toBe(404);
    },
  );

  it('takes less than 120 kB on the wire', async () => {
    const sizes = await Promise.all(
      (await assets()).map(async (path) => Number((await fetch(`${app.url}${path}`)).headers.get('content-length'))),
    );
    expect(sizes.every((size) => size > 0)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000);
  });
});
