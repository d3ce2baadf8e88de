import type { LoggerService } from '@nestjs/common';
import type { Say } from '../../application/ports/log.js';
import { messageOf } from '../../domain/kernel/message-of.js';

/** The web framework's own words: only what is wrong, and not what the start fails with anyway. */
export function frameworkLog(say: Say, isStarting: () => boolean): LoggerService {
  return {
    log: () => undefined,
    debug: (message: unknown) => say(messageOf(message), { event: 'framework_warned', level: 'debug' }),
    warn: (message: unknown) => say(messageOf(message), { event: 'framework_warned', level: 'warn' }),
    error: (message: unknown, stack?: unknown) => {
      if (isStarting()) return;
      const error = typeof stack === 'string' ? { name: 'Error', message: messageOf(message), stack } : undefined;
      say(messageOf(message), { event: 'framework_failed', level: 'error', error });
    },
  };
}
