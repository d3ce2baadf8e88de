import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SeenHeaders } from './as-seen.js';
import { OnceOnly } from './once-only.interceptor.js';

/** A room of `/api/v1`: writes are named and answered once, reads say how old they are. */
export function ApiV1(path: string, tag: string): ClassDecorator {
  return applyDecorators(Controller(`api/v1/${path}`), ApiTags(tag), UseInterceptors(OnceOnly, SeenHeaders));
}
