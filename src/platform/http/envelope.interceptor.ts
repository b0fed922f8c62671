import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { SuccessBody } from './answer';
import { hasResultBeside } from './token-endpoint';

/** Every success is a 200 with the result inside the envelope. */
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<SuccessBody<unknown>> {
    void context.switchToHttp().getResponse<FastifyReply>().status(200);
    const isBeside = hasResultBeside(context.getHandler());
    return next
      .handle()
      .pipe(map((result: object | undefined) => ({ ok: true, ...(isBeside ? result : {}), result: result ?? {} })));
  }
}
