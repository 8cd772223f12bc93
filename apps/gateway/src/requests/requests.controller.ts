import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';

import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type KekProvider, openRequestKey } from '@mts/crypto';
import { ApiError, type Caller, isFinished } from '@mts/domain';
import { openRequestOptions } from '@mts/inputs';
import { OutputFormats, resultFormat } from '@mts/outputs';
import type { Clock } from '@mts/platform';
import { ProfileStore, type Request, RequestStore } from '@mts/store';
import type { FastifyReply } from 'fastify';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers, FileAnswer } from '../openapi/answers.js';
import { CLOCK, KEKS } from '../tokens.js';
import { FailedFormats } from './failed-formats.js';
import { OwnRequests } from './own-requests.js';
import { pageNumber } from './page-number.js';
import {
  FILE_CONTENT,
  FILE_REFUSALS,
  SAME_PERSONS,
  SAME_PERSONS_REFUSALS,
  STATUS,
  STATUS_REFUSALS,
} from './request-answers.js';
import { type ResultText, resultText, shapedResultText } from './result-text.js';
import { estimatedRemainingSeconds, statusWord } from './status.js';

/** Tells of requests, and hands their results out. */
@ApiTags('Requests')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken')
export class RequestsController {
  private readonly failedFormats = new FailedFormats();

  constructor(
    @Inject(RequestStore) private readonly requests: RequestStore,
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(ProfileStore) private readonly profile: ProfileStore,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(OutputFormats) private readonly formats: OutputFormats,
  ) {}

  @Get('status/:id')
  @ApiOperation({ summary: 'How far a request is' })
  @Answers(STATUS, STATUS_REFUSALS)
  @Needs('read')
  async status(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.find(id, caller);
    const [progress, holds] = await Promise.all([this.requests.progress(id), this.profile.holdsOf(id)]);
    const { state, total, createdAt, startedAt, endedAt } = request;
    const { done, failed, invalid } = progress;
    return envelope({
      status: statusWord(state, holds),
      total,
      done,
      failed,
      invalid,
      submittedAt: createdAt,
      startedAt,
      endedAt,
      holds: isFinished(state) ? [] : holds,
      estimatedRemainingSeconds: estimatedRemainingSeconds(
        { state, progress, holds, startedAt },
        this.clock(),
      ),
    });
  }

  @Post('resume/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a request go on that its own records hold, once their cause is mended' })
  @Answers(STATUS, STATUS_REFUSALS)
  @Needs('read')
  async resume(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.find(id, caller);
    await this.requests.resume(request.id);
    return this.status(id, caller);
  }

  @Get('file/:id')
  @ApiOperation({ summary: 'The result, once the request is processed' })
  @ApiQuery({
    name: 'format',
    required: false,
    schema: { type: 'string', enum: ['default'] },
    description: 'With `default`, the rows stand as if the request had no outputFormat.',
  })
  @FileAnswer('The result, one row per record in the order of the list.', FILE_CONTENT, FILE_REFUSALS)
  @Needs('read')
  async file(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query('format') format: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    if (format !== undefined && format !== 'default') {
      throw new ApiError('ATS-REQ-102', { field: 'format', problem: 'leave it out, or give default' });
    }
    const request = await this.own.findFinished(id, caller);
    const isShaped = request.keepsInput && format === undefined;
    const text = isShaped ? await this.shapedText(request) : await this.text(request);
    reply.header('cache-control', 'no-store');
    if (request.endedAt !== null) reply.header('last-modified', request.endedAt.toUTCString());
    return new StreamableFile(Readable.from(text, { objectMode: false }), {
      type: 'text/plain; charset=utf-8',
    });
  }

  @Get('sameperson/:id')
  @ApiOperation({ summary: 'Which records are the same person' })
  @ApiQuery({ name: 'afterLine', required: false, schema: { type: 'integer', minimum: 0, default: 0 } })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000 },
  })
  @Answers(SAME_PERSONS, SAME_PERSONS_REFUSALS)
  @Needs('read')
  async samePersons(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query('afterLine') afterLine: unknown,
    @Query('limit') limit: unknown,
  ): Promise<Envelope> {
    const page = {
      afterLine: pageNumber('afterLine', afterLine, { from: 0, to: 2_147_483_647, otherwise: 0 }),
      limit: pageNumber('limit', limit, { from: 1, to: 10_000, otherwise: 1000 }),
    };
    const request = await this.own.findFinished(id, caller);
    return envelope({ pairs: await this.requests.samePersons(request.id, page.afterLine, page.limit) });
  }

  private async text(request: Request): Promise<ResultText> {
    return resultText(this.requests, request, await this.key(request, 'results'));
  }

  private async shapedText(request: Request): Promise<ResultText> {
    this.failedFormats.assertNotFailed(request.id);
    const keys = { results: await this.key(request, 'results'), input: await this.key(request, 'input') };
    if (request.sealedOptions === null) throw new ApiError('ATS-REQ-016');
    const { outputFormat = '.output' } = openRequestOptions(request.id, request.sealedOptions, keys.input);
    const shaping = this.formats.shaping(outputFormat, resultFormat(request.output).shaped);
    return this.failedFormats.watch(request.id, shapedResultText(this.requests, request, keys, shaping));
  }

  /** @throws ApiError ATS-REQ-016 when it is erased */
  private async key(request: Request, purpose: 'input' | 'results'): Promise<KeyObject> {
    const key = await openRequestKey(request, purpose, this.keks);
    if (key === undefined) throw new ApiError('ATS-REQ-016');
    return key;
  }
}
