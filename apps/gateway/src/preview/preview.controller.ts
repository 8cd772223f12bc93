import { Readable } from 'node:stream';

import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiError } from '@mts/domain';
import { parseJsonExact, type RecordRuleSettings } from '@mts/inputs';
import { OutputFormats } from '@mts/outputs';
import type { Clock } from '@mts/platform';
import type { FastifyRequest } from 'fastify';

import { Needs } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { textOf } from '../ingest/ingest-items.js';
import { LIST_SETTINGS, type ListLimits } from '../lists/lists.controller.js';
import type { ListSettings } from '../lists/read-list-request.js';
import { readBody } from '../lists/upload.js';
import { Answers } from '../openapi/answers.js';
import { CLOCK, RECORD_RULES } from '../tokens.js';
import { preview } from './preview.js';
import { PREVIEW, PREVIEW_REFUSALS } from './preview-answers.js';
import { PreviewDto, readPreviewRequest } from './preview-request.js';

/** Twenty records with room to spare; read where calls are answered, so not much more. */
const BODY_SIZE_BYTES_MAX = 1_000_000;

/** Shows what would become of a list. */
@ApiTags('Lists')
@Controller('authtoken')
export class PreviewController {
  constructor(
    @Inject(LIST_SETTINGS) private readonly settings: ListSettings & ListLimits,
    @Inject(RECORD_RULES) private readonly rules: RecordRuleSettings,
    @Inject(OutputFormats) private readonly formats: OutputFormats,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try mapping and format on some records',
    description: 'Nothing is stored, and IDA is not asked.',
  })
  @ApiBody({ type: PreviewDto })
  @Answers(PREVIEW, PREVIEW_REFUSALS)
  @Needs('submit')
  async preview(@Req() request: FastifyRequest): Promise<Envelope> {
    const body = parseJsonExact(textOf(await this.read(request)));
    const wish = readPreviewRequest(body, this.settings);
    return envelope(await preview(wish, { rules: this.rules, formats: this.formats, now: this.clock() }));
  }

  private async read(request: FastifyRequest): Promise<Uint8Array> {
    const { body } = request;
    if (request.isMultipart()) throw new ApiError('MTS-REQ-004');
    if (!(body instanceof Readable)) throw new ApiError('ATS-REQ-102', { problem: 'missing request body' });
    return readBody(body, BODY_SIZE_BYTES_MAX, this.settings.stallLimitMs);
  }
}
