import { hostname } from 'node:os';

import { Controller, Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AUTH_FIELDS } from '@mts/domain';

import { Needs, Public } from '../callers/access.js';
import { Callers } from '../callers/callers.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import { Health } from './health.js';
import { PreflightDesk } from './preflight-desk.js';
import {
  AUTH_FIELDS_ANSWER,
  HEALTH,
  NO_REFUSALS,
  PREFLIGHT,
  PREFLIGHT_REFUSALS,
  UP,
} from './service-answers.js';

/** As the original writes it: the number at the end of a StatefulSet's pod name, and the worker, of which there is one. */
const PONG = JSON.stringify(`[${/-(\d+)$/.exec(hostname())?.[1] ?? '0'} - 0] pong`);

/** Tells of the service itself. */
@ApiTags('Service')
@Controller()
export class ServiceController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(PreflightDesk) private readonly preflightDesk: PreflightDesk,
    @Inject(Callers) private readonly callers: Callers,
  ) {}

  @Get('authtoken/authfields')
  @ApiOperation({ summary: 'The fields that a mapping can name' })
  @Answers(AUTH_FIELDS_ANSWER, NO_REFUSALS)
  @Needs('submit', 'read', 'operate', 'admin')
  authFields(): Envelope {
    return envelope({ authfields: AUTH_FIELDS });
  }

  @Post('authtoken/preflight')
  @HttpCode(200)
  @ApiOperation({ summary: 'Proves the set-up with IDA now, without touching a resident' })
  @Answers(PREFLIGHT, PREFLIGHT_REFUSALS)
  @Needs('operate', 'admin')
  async preflight(): Promise<Envelope> {
    return envelope(await this.preflightDesk.ask());
  }

  @Get('ping')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'Whether anything answers at all' })
  @ApiResponse({
    status: 200,
    description: 'A JSON text, not the envelope.',
    content: { 'application/json': { schema: { type: 'string' }, example: '[0 - 0] pong' } },
  })
  @Public()
  ping(): string {
    return PONG;
  }

  @Get('health/live')
  @ApiOperation({ summary: 'Whether the process answers' })
  @Answers(UP, NO_REFUSALS)
  @Public()
  live(): Envelope {
    return envelope({ status: 'up' });
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Whether calls can be served: database and queue' })
  @Answers(UP, NO_REFUSALS)
  @Public()
  async ready(): Promise<Envelope> {
    await this.health.ready();
    return envelope({ status: 'up' });
  }

  @Get('health')
  @ApiOperation({ summary: 'The same, and how the seeders and the connection to IDA are' })
  @Answers(HEALTH, NO_REFUSALS)
  @Public()
  async report(): Promise<Envelope> {
    return envelope({ ...(await this.health.report()), callers: this.callers.report() });
  }
}
