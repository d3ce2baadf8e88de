import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../../application/command-context.js';

const contexts = new WeakMap<FastifyRequest, CommandContext>();
const harmless = /^[\w.:-]{1,128}$/;

/** Who asks. One place, for the day that askers prove who they are. */
export function actorOf(_request: FastifyRequest): CommandContext['actor'] {
  return { key: 'anonymous', role: 'operator', player: null };
}

/** Gives a request the name under which its command is known in the log. */
export function nameCommand(request: FastifyRequest, commandId: string, mayBeRepeat: boolean): CommandContext {
  const correlation = request.headers['x-correlation-id'];
  const context: CommandContext = {
    commandId,
    correlationId: typeof correlation === 'string' && harmless.test(correlation) ? correlation : request.id,
    causationId: commandId,
    actor: actorOf(request),
    via: request.headers['user-agent']?.startsWith('holdfast-cli') ? 'cli' : 'http',
    mayBeRepeat,
  };
  contexts.set(request, context);
  return context;
}

/** The context of the command that this request is. */
export const Asked = createParamDecorator((_data: unknown, execution: ExecutionContext): CommandContext => {
  const context = contexts.get(execution.switchToHttp().getRequest<FastifyRequest>());
  if (!context) throw new Error('a command can only be asked for behind OnceOnly');
  return context;
});
