import { applyDecorators, Controller, Injectable, UseInterceptors } from '@nestjs/common';
import type { CallHandler, NestInterceptor } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { catchError, throwError, type Observable } from 'rxjs';
import { AsSeen, SeenHeaders } from '../asking/as-seen.js';
import type { ViewAnswer } from '../../../application/queries/view-answer.js';
import { explainError } from '../edge/explain-error.js';
import { ProblemError } from '../edge/problem.js';
import { translate } from '../problems.js';

/** The bot's visualizer reads failures as `{error: text}`: here a problem says it that way too. */
@Injectable()
export class ErrorText implements NestInterceptor {
  intercept(_execution: unknown, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => withErrorText(error))));
  }
}

function withErrorText(error: unknown): unknown {
  const problem = explainError(error) ?? translate(error);
  if (!problem) return error;
  const { about } = problem;
  const text = about.detail ?? about.title;
  return new ProblemError({ ...about, extensions: { error: text, ...about.extensions } });
}

export function BotApi(): ClassDecorator {
  return applyDecorators(Controller('api/bot'), ApiTags('bot'), UseInterceptors(ErrorText, SeenHeaders));
}

/** The body exactly as the visualizer knows it; position and age stand in the headers alone. */
export function seenBare({ position, ageMs }: Pick<ViewAnswer<unknown>, 'position' | 'ageMs'>, body: object): AsSeen {
  return new AsSeen(body, { position, ageMs });
}
