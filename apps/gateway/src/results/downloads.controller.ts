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
import { Answers } from '../openapi/answers.js';
import type { GatewayConfig } from '../options.js';
import { OwnRequests } from '../requests/own-requests.js';
import { GATEWAY_CONFIG, KEKS, LOGGER } from '../tokens.js';
import { type ContentCoding, contentCoding } from './content-coding.js';
import {
  ACKNOWLEDGED,
  ACKNOWLEDGED_REFUSALS,
  ATTACHMENT,
  FILE_CONTENT,
  ResultAnswer,
  RESULTS_CONTENT,
  SelectionQueries,
} from './result-answers.js';
import { ResultsDesk } from './results-desk.js';
import { isComplete, readSelection, type Selection, type SelectionQuery } from './selection.js';
import { sendResult } from './send-result.js';

/** Undefined: the caller has it already. */
type Body = StreamableFile | Buffer | undefined;

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
  @ResultAnswer(FILE_CONTENT)
  @Needs('read')
  async file(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query() query: SelectionQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Body> {
    return this.download(await this.chosen(id, caller, query), AS_THE_ORIGINAL, request, reply);
  }

  @Get('requests/:id/results')
  @ApiOperation({
    summary: 'The result as a file with a name, each error with a sentence that says what to do',
  })
  @SelectionQueries()
  @ResultAnswer(RESULTS_CONTENT, ATTACHMENT)
  @Needs('read')
  async results(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query() query: SelectionQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Body> {
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
  ): Promise<Body> {
    const coding = codingFor(call, reply);
    const tag = entityTag(request, selection, manner, coding);
    if (isHeld(call.headers['if-none-match'], tag)) {
      reply.status(304).header('etag', tag);
      return undefined;
    }
    const { text, formatId, mediaType, isWhole } = await this.desk.open(request, selection, manner.added);
    const correlationId = await this.correlationOf(request);
    const onSent = (): void => {
      // What does not open may be brought back from a backup, as long as it is kept.
      if (isComplete(selection) && isWhole()) void this.noteDownload(request);
    };
    const body = await sendResult(text, { request: call, reply, coding, onSent });
    reply.header('content-type', manner.mediaType ?? mediaType);
    reply.header('etag', tag);
    if (request.endedAt !== null) reply.header('last-modified', request.endedAt.toUTCString());
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

/**
 * How the body is coded. What the answer depends on joins what CORS has said there.
 *
 * @throws ApiError MTS-RES-002
 */
function codingFor({ headers }: FastifyRequest, reply: FastifyReply): ContentCoding {
  reply.header('vary', [reply.getHeader('vary') ?? [], 'accept-encoding'].flat().join(', '));
  const coding = contentCoding(headers['accept-encoding']);
  if (coding === undefined) throw new ApiError('MTS-RES-002');
  return coding;
}

/** Whether the caller holds what it asks for (RFC 9110 §13.1.2; tags are compared weakly, §8.8.3.2). */
function isHeld(ifNoneMatch: string | undefined, tag: string): boolean {
  const held = new Set((ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, '')));
  return held.has(tag) || held.has('*');
}

/** Of the bytes of one selection of one end of the request, as they are coded (RFC 9110 §8.8.3). */
function entityTag(
  { id, endedAt }: Request,
  selection: Selection,
  manner: Manner,
  coding: ContentCoding,
): string {
  const { only, ...rest } = selection;
  const parts = [id, endedAt?.getTime(), rest, [...only].toSorted(), manner.added, coding];
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}"`;
}

function attachment({ id }: Request, { layout, only, fromLine }: Selection, formatId: string): string {
  const parts = ['token-seeder', id, ...(layout === 'original' ? [layout] : []), ...only];
  if (fromLine > 1) parts.push('from', String(fromLine));
  return `attachment; filename="${parts.join('-')}.${formatId}"`;
}
