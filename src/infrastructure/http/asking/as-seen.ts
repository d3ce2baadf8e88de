import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { ViewAnswer } from '../../../application/queries/view-answer.js';

type Seen = Pick<ViewAnswer<unknown>, 'position' | 'ageMs'>;

/** An answer from a view, with how the view stood; its headers say so whatever the form of its body. */
export class AsSeen {
  constructor(
    readonly body: unknown,
    readonly seen: Seen,
  ) {}
}

/** The members that every body from a view carries under `/api/v1`. */
function seenBody({ position, ageMs }: Seen) {
  return { position: String(position), ageMs };
}

/** Answers `body` together with the position it reflects and its age. */
export function asSeen(seen: Seen, body: object): AsSeen {
  return new AsSeen({ ...body, ...seenBody(seen) }, seen);
}

@Injectable()
export class SeenHeaders implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((value) => {
        if (!(value instanceof AsSeen)) return value;
        const { position, ageMs } = value.seen;
        reply.header('Holdfast-Position', String(position));
        if (ageMs !== null) reply.header('Holdfast-Age-Ms', String(Math.round(ageMs)));
        return value.body;
      }),
    );
  }
}
