import type { INestApplication } from '@nestjs/common';
import { VERSION } from '../health/product.js';
import { ApiDocument } from './api-document.js';
import { describeApi } from './describe-api.js';

/** Lets `/docs` and `/docs-json` describe this application. Call before it is asked for them. */
export function serveDocs(app: INestApplication): void {
  app.get(ApiDocument).from(() => describeApi(app, app.get<string>(VERSION)));
}
