import type { INestApplication } from '@nestjs/common';
import type { EdgeOptions } from './edge-options.js';
import { ProblemFilter } from './problem.filter.js';
import { ValidationPipe } from './validation.pipe.js';

/** Gives the application its one exception filter and its one validation pipe. Call before `init` or `listen`. */
export function useEdge(app: INestApplication, options: EdgeOptions = {}): void {
  app.useGlobalFilters(new ProblemFilter(options));
  app.useGlobalPipes(new ValidationPipe());
}
