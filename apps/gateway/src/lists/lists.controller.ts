import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@mts/domain';
import { stringifyExact } from '@mts/inputs';
import { OutputFormats } from '@mts/outputs';
import { OutboundGuard } from '@mts/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Needs, TheCaller } from '../callers/access.js';
import { CallerLimits } from '../callers/caller-limits.js';
import { type Envelope, envelope, envelopeError } from '../http/envelope.js';
import { IdempotentCall, REPLAYED_HEADER } from '../ingest/idempotent-call.js';
import type { EnvelopeItem } from '../ingest/ingest-items.js';
import { Ingest, type TakenList } from '../ingest/ingest.js';
import type { ListPlan } from '../ingest/intake.js';
import { Answers } from '../openapi/answers.js';
import { AwaitedDto } from '../sync/awaited-request.js';
import { type AwaitedWish, isAwaited, readAwaitedRequest } from '../sync/read-awaited-request.js';
import { GOES_ON, LIST_OR_PERSON, SYNC_REFUSALS, TAKEN_OR_ANSWERED } from '../sync/sync-document.js';
import { REQUEST_IDENTIFIER_HEADER } from '../sync/sync-answer.js';
import { SyncDesk } from '../sync/sync-desk.js';
import { checkWish } from './check-wish.js';
import { jsonBodyOf } from './json-body.js';
import { CSV_FORM, CSV_REFUSALS, LIST_REFUSALS, TAKEN } from './list-answers.js';
import { CsvListDto, JsonListDto } from './list-request.js';
import {
  type ListSettings,
  type ListWish,
  readCsvListRequest,
  readJsonListRequest,
} from './read-list-request.js';
import { type CsvUpload, withCsvUpload } from './csv-upload.js';
import { TakesIdempotencyKey } from './takes-idempotency-key.js';

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
    @Inject(OutboundGuard) private readonly guard: OutboundGuard,
    @Inject(LIST_SETTINGS) private readonly settings: ListSettings & ListLimits,
    @Inject(CallerLimits) private readonly callerLimits: CallerLimits,
    @Inject(SyncDesk) private readonly syncDesk: SyncDesk,
  ) {}

  @Post('json')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Hand in a list in the request itself, or one person whose answer is waited for',
    description: 'For one person the role read is needed too: what comes back is a result.',
  })
  @ApiExtraModels(JsonListDto, AwaitedDto)
  @ApiBody(LIST_OR_PERSON)
  @TakesIdempotencyKey()
  @Answers([TAKEN_OR_ANSWERED, GOES_ON], [...LIST_REFUSALS, ...SYNC_REFUSALS])
  @Needs('submit')
  async json(
    @Req() request: FastifyRequest,
    @TheCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const call = IdempotentCall.of(request.headers, caller.owner, 'json');
    const body = await jsonBodyOf(request, this.settings, call);
    const found: { awaited?: AwaitedWish } = {};
    const plan = async (item: EnvelopeItem): Promise<ListPlan | undefined> => {
      if (isAwaited(item)) {
        found.awaited = readAwaitedRequest(item, this.settings);
        return undefined;
      }
      const wish = await this.checkWish(readJsonListRequest(item.envelope, item.authdata, this.settings));
      return { ...wish, owner: caller.owner };
    };
    const take = async (): Promise<TakenList | undefined> =>
      this.ingest.takeJson(caller.owner, body, plan, call);
    const taken = body.isSmall ? await take() : await this.callerLimits.within('upload', caller, take);
    if (found.awaited !== undefined) return this.answerAwaited(found.awaited, caller, reply, call);
    if (taken === undefined) throw new Error('a request is neither a list nor one person');
    return answerOf(taken, reply);
  }

  @Post('csv')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand in a list as a CSV file' })
  @ApiConsumes('multipart/form-data')
  @ApiBody(CSV_FORM)
  @TakesIdempotencyKey()
  @ApiExtraModels(CsvListDto)
  @Answers(TAKEN, CSV_REFUSALS)
  @Needs('submit')
  async csv(
    @Req() request: FastifyRequest,
    @TheCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const call = IdempotentCall.of(request.headers, caller.owner, 'csv');
    const limits = {
      fileSizeBytesMax: this.settings.csvFileSizeBytesMax,
      stallLimitMs: this.settings.stallLimitMs,
    };
    const taken = await this.callerLimits.within('upload', caller, async () =>
      withCsvUpload(request, limits, async (upload) => this.takeCsv(upload, caller, call)),
    );
    return answerOf(taken, reply);
  }

  private async takeCsv(
    upload: CsvUpload,
    { owner }: Caller,
    call: IdempotentCall | undefined,
  ): Promise<TakenList> {
    call?.add(`${stringifyExact(upload.envelope)}\n`);
    const wish = await this.checkWish(readCsvListRequest(upload.envelope, this.settings));
    return this.ingest.takeCsv(upload.file, { ...wish, owner }, call);
  }

  private async answerAwaited(
    wish: AwaitedWish,
    caller: Caller,
    reply: FastifyReply,
    call: IdempotentCall | undefined,
  ): Promise<Envelope> {
    if (wish.correlationId !== undefined) reply.header('correlation-id', wish.correlationId);
    const hungUp = new AbortController();
    reply.raw.once('close', () => hungUp.abort());
    const answer = await this.syncDesk.answer(wish, caller, hungUp.signal, call);
    const { status, body, requestId, handedOver, isReplay } = answer;
    if (requestId !== undefined) reply.header(REQUEST_IDENTIFIER_HEADER, requestId);
    if (isReplay === true) reply.header(REPLAYED_HEADER, 'true');
    if (handedOver !== undefined) reply.raw.once('finish', handedOver);
    reply.status(status);
    return body;
  }

  private async checkWish<W extends ListWish>(wish: W): Promise<W> {
    return checkWish(wish, this.formats, this.guard);
  }
}

function answerOf({ requestId, state, isReplay }: TakenList, reply: FastifyReply): Envelope {
  if (isReplay) reply.header(REPLAYED_HEADER, 'true');
  const errors = state === 'submitted_with_errors' ? [envelopeError('ATS-REQ-101')] : null;
  return envelope({ request_identifier: requestId }, errors);
}
