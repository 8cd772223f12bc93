import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiError, type Caller } from '@mts/domain';
import { OutputFormats, resultFormat } from '@mts/outputs';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope, envelopeError } from '../http/envelope.js';
import { INLINE_SIZE_BYTES_MAX, Ingest, type TakenList } from '../ingest/ingest.js';
import { Answers } from '../openapi/answers.js';
import { CSV_FORM, CSV_REFUSALS, LIST_REFUSALS, TAKEN } from './list-answers.js';
import { CsvListDto, JsonListDto } from './list-request.js';
import {
  type ListSettings,
  type ListWish,
  readCsvListRequest,
  readJsonListRequest,
} from './read-list-request.js';
import { readBody } from './upload.js';
import { withCsvUpload } from './csv-upload.js';

/** What bounds a list. */
export interface ListLimits {
  readonly jsonBodySizeBytesMax: number;
  readonly csvFileSizeBytesMax: number;
  /** See STALL_LIMIT_MS. */
  readonly stallLimitMs: number;
}

export const LIST_SETTINGS = Symbol('list settings');

/** Takes lists in. */
@ApiTags('Lists')
@Controller('authtoken')
export class ListsController {
  constructor(
    @Inject(Ingest) private readonly ingest: Ingest,
    @Inject(OutputFormats) private readonly formats: OutputFormats,
    @Inject(LIST_SETTINGS) private readonly settings: ListSettings & ListLimits,
  ) {}

  @Post('json')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand in a list in the request itself' })
  @ApiBody({ type: JsonListDto })
  @Answers(TAKEN, LIST_REFUSALS)
  @Needs('submit')
  async json(@Req() request: FastifyRequest, @TheCaller() caller: Caller): Promise<Envelope> {
    const { body } = request;
    if (request.isMultipart()) throw new ApiError('MTS-REQ-004');
    if (!(body instanceof Readable)) throw new ApiError('ATS-REQ-102', { problem: 'missing request body' });
    const limit = this.settings.jsonBodySizeBytesMax;
    // Absent for a body in chunks, whose size nobody knows before its end.
    const sizeBytes = Number(request.headers['content-length'] ?? Number.NaN);
    if (sizeBytes > limit) throw new ApiError('MTS-REQ-003', { limit });
    const taken = await this.ingest.takeJson(
      {
        isSmall: sizeBytes <= INLINE_SIZE_BYTES_MAX,
        read: async () => readBody(body, limit, this.settings.stallLimitMs),
      },
      async (item) => ({
        ...(await this.checkFormat(readJsonListRequest(item.envelope, item.authdata, this.settings))),
        owner: caller.owner,
      }),
    );
    return answerOf(taken);
  }

  @Post('csv')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand in a list as a CSV file' })
  @ApiConsumes('multipart/form-data')
  @ApiBody(CSV_FORM)
  @ApiExtraModels(CsvListDto)
  @Answers(TAKEN, CSV_REFUSALS)
  @Needs('submit')
  async csv(@Req() request: FastifyRequest, @TheCaller() caller: Caller): Promise<Envelope> {
    const limits = {
      fileSizeBytesMax: this.settings.csvFileSizeBytesMax,
      stallLimitMs: this.settings.stallLimitMs,
    };
    const taken = await withCsvUpload(request, limits, async (upload) =>
      this.ingest.takeCsv(upload.file, {
        ...(await this.checkFormat(readCsvListRequest(upload.envelope, this.settings))),
        owner: caller.owner,
      }),
    );
    return answerOf(taken);
  }

  /** @throws ApiError ATS-REQ-103, ATS-REQ-104 */
  private async checkFormat<W extends ListWish>(wish: W): Promise<W> {
    const { outputFormat } = wish.records;
    if (outputFormat !== undefined) await this.formats.check(outputFormat, resultFormat(wish.output).shaped);
    return wish;
  }
}

function answerOf({ requestId, state }: TakenList): Envelope {
  const errors = state === 'submitted_with_errors' ? [envelopeError('ATS-REQ-101')] : null;
  return envelope({ request_identifier: requestId }, errors);
}
