import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const compress = promisify(gzip);

/** The same place from `src` and from `dist`. */
const built = fileURLToPath(new URL('../../../../dist/web/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** The page as it was built, read once when it is first asked for. Only files that the build made are served. */
@Injectable()
export class PageFiles {
  #files: Promise<ReadonlyMap<string, PageFile>> | undefined;

  /** By its path under the page, such as `assets/index-4f3a.js`; undefined: the build made none of this name. */
  async file(path: string): Promise<PageFile | undefined> {
    this.#files ??= this.#read();
    const files = await this.#files;
    if (files.size === 0) this.#files = undefined;
    return files.get(path);
  }

  async #read(): Promise<ReadonlyMap<string, PageFile>> {
    const names = ['index.html', ...(await namesIn('assets')).map((name) => `assets/${name}`)];
    const files = await Promise.all(names.map(read));
    return new Map(files.filter((file) => file !== undefined));
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(join(built, folder)).catch(() => []);
}

async function read(name: string): Promise<readonly [string, PageFile] | undefined> {
  const type = types[name.split('.').at(-1) ?? ''];
  const plain = await readFile(join(built, name)).catch(() => undefined);
  if (type === undefined || plain === undefined) return undefined;
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return [name, { type, etag, plain, gzipped: await compress(plain) }];
}
