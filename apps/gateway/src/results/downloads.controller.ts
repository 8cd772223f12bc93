import { createHash } from 'node:crypto';

import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type KekProvider, openCorrelation, openRequestKey } from '@mts/crypto';
import { ApiError, type Caller } from '@mts/domain';
import type { Column } from '@mts/outputs';
import type { Logger } from '@mts/platform';
import { type Request, ResultStore } from '@mts/store';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers, FileAnswer } from '../openapi/answers.js';
import type { GatewayConfig } from '../options.js';
import { OwnRequests } from '../requests/own-requests.js';
import { GATEWAY_CONFIG, KEKS, LOGGER } from '../tokens.js';
import {
  ACKNOWLEDGED,
  ACKNOWLEDGED_REFUSALS,
  FILE_CONTENT,
  FILE_REFUSALS,
  RESULTS_CONTENT,
  SelectionQueries,
} from './result-answers.js';
import { ResultsDesk } from './results-desk.js';
import { isComplete, readSelection, type Selection, type SelectionQuery } from './selection.js';
import { sendResult } from './send-result.js';

/** How one address hands a result over. */
interface Manner {
  /** Undefined: that of the format. */
  readonly mediaType?: string;
  readonly isAttachment: boolean;
  /** What the default layout has beside the columns of the original. */
  readonly added: readonly Column[];
}

/** The original sends every format as this. */
const AS_THE_ORIGINAL: Manner = { mediaType: 'text/plain; charset=utf-8', isAttachment: false, added: [] };
const AS_A_FILE: Manner = { isAttachment: true, added: ['advice'] };

/** Hands results out. */
@ApiTags('Results')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken')
export class DownloadsController {
  constructor(
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(ResultsDesk) private readonly desk: ResultsDesk,
    @Inject(ResultStore) private readonly store: ResultStore,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('file/:id')
  @ApiOperation({ summary: 'The result, as clients of the original fetch it' })
  @SelectionQueries()
  @FileAnswer('One row per record, in the order of the list.', FILE_CONTENT, FILE_REFUSALS)
  @Needs('read')
  async file(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query() query: SelectionQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | Buffer> {
    return this.download(await this.chosen(id, caller, query), AS_THE_ORIGINAL, request, reply);
  }

  @Get('requests/:id/results')
  @ApiOperation({
    summary: 'The result as a file with a name, each error with a sentence that says what to do',
  })
  @SelectionQueries()
  @FileAnswer('One row per record, in the order of the list.', RESULTS_CONTENT, FILE_REFUSALS)
  @Needs('read')
  async results(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query() query: SelectionQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | Buffer> {
    return this.download(await this.chosen(id, caller, query), AS_A_FILE, request, reply);
  }

  @Post('requests/:id/ack')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that the results have arrived and may be erased here' })
  @Answers(ACKNOWLEDGED, ACKNOWLEDGED_REFUSALS)
  @Needs('read')
  async acknowledge(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const { id: requestId } = await this.own.findFinished(id, caller);
    const acknowledged = await this.store.acknowledge(requestId);
    if (acknowledged === undefined) throw new ApiError('ATS-REQ-017');
    this.logger.info('results are acknowledged, and will be erased', { requestId });
    return envelope(acknowledged);
  }

  /** @throws ApiError ATS-REQ-102, ATS-REQ-016, ATS-REQ-017 */
  private async chosen(id: string, caller: Caller, query: SelectionQuery): Promise<Chosen> {
    const selection = readSelection(query);
    return { request: await this.own.findFinished(id, caller), selection };
  }

  private async download(
    { request, selection }: Chosen,
    manner: Manner,
    call: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile | Buffer> {
    const { text, formatId, mediaType } = await this.desk.open(request, selection, manner.added);
    const correlationId = await this.correlationOf(request);
    const onSent = (): void => {
      if (isComplete(selection)) void this.noteDownload(request);
    };
    const body = await sendResult(text, { request: call, reply, onSent });
    reply.header('content-type', manner.mediaType ?? mediaType);
    reply.header('cache-control', 'no-store');
    if (request.endedAt !== null) {
      reply.header('last-modified', request.endedAt.toUTCString());
      reply.header(
        'etag',
        entityTag(request, selection, manner, String(reply.getHeader('content-encoding'))),
      );
    }
    if (manner.isAttachment) reply.header('content-disposition', attachment(request, selection, formatId));
    if (correlationId !== undefined) reply.header('correlation-id', correlationId);
    return body;
  }

  private async correlationOf(request: Request): Promise<string | undefined> {
    const key = await openRequestKey(request, 'results', this.keks);
    if (key === undefined || request.sealedCorrelation === null) return undefined;
    return openCorrelation(request.id, request.sealedCorrelation, key);
  }

  /** The caller has its answer already: that it could not be noted is for the operator to know. */
  private async noteDownload(request: Request): Promise<void> {
    try {
      await this.store.noteDownload(request, this.config.eraseGraceMinutes);
    } catch (error) {
      this.logger.warn('a download could not be noted; its results stay until they expire', {
        requestId: request.id,
        error: error as Error,
      });
    }
  }
}

interface Chosen {
  readonly request: Request;
  readonly selection: Selection;
}

/** Of the bytes of one selection of one end of the request, as they are coded (RFC 9110 §8.8.3). */
function entityTag({ id, endedAt }: Request, selection: Selection, manner: Manner, coding: string): string {
  const { only, ...rest } = selection;
  const parts = [id, endedAt?.getTime(), rest, [...only].toSorted(), manner.added, coding];
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}"`;
}

function attachment({ id }: Request, { layout, only }: Selection, formatId: string): string {
  const parts = ['token-seeder', id, ...(layout === 'original' ? [layout] : []), ...only];
  return `attachment; filename="${parts.join('-')}.${formatId}"`;
}
