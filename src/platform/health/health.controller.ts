import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/domain-error';
import { errorBody } from '../http/answer';
import { apiErrors } from '../http/edge.errors';
import { Public } from '../http/request';
import { Readiness } from './readiness';

/** Probes for supervisors and load balancers. */
@ApiExcludeController()
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Only this route answers 503, so it writes its answer itself. */
  @Get('ready')
  async ready(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { stopping, ...states } = await this.readiness.check();
    if (states.database === 'up' && !stopping) {
      await reply.send({ ok: true, result: { status: 'ready', ...states } });
      return;
    }
    const message = stopping ? 'Not ready: the server is stopping.' : 'Not ready: the database does not answer.';
    await reply.status(503).send(errorBody(new DomainError(apiErrors.internal, { message }), request.id));
  }
}
