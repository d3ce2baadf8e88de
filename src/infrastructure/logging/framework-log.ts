import type { LoggerService } from '@nestjs/common';
import type { Report } from '../../application/ports/log.js';

/** The web framework's own words: only what is wrong, and not what the start fails with anyway. */
export function frameworkLog(report: Report, isStarting: () => boolean): LoggerService {
  return {
    log: () => undefined,
    debug: (message: unknown) => report(textOf(message), { event: 'framework_warned', level: 'debug' }),
    warn: (message: unknown) => report(textOf(message), { event: 'framework_warned', level: 'warn' }),
    error: (message: unknown, stack?: unknown) => {
      if (isStarting()) return;
      const error = typeof stack === 'string' ? { name: 'Error', message: textOf(message), stack } : undefined;
      report(textOf(message), { event: 'framework_failed', level: 'error', error });
    },
  };
}

function textOf(message: unknown): string {
  return message instanceof Error ? message.message : String(message);
}
