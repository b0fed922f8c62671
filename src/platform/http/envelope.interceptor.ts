import { type CallHandler, type ExecutionContext, type NestInterceptor, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { SuccessBody } from './answer';
import { hasResultBeside } from './token-endpoint';

/** Every success is a 200 with the result inside the envelope, unless it is a file. */
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<SuccessBody<unknown> | StreamableFile> {
    void context.switchToHttp().getResponse<FastifyReply>().status(200);
    const isBeside = hasResultBeside(context.getHandler());
    return next
      .handle()
      .pipe(
        map((result: object | undefined) =>
          result instanceof StreamableFile ? result : { ok: true, ...(isBeside ? result : {}), result: result ?? {} },
        ),
      );
  }
}
