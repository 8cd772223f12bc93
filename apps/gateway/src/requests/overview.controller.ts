import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type KekProvider, openCorrelation, openRequestKey } from '@mts/crypto';
import { ApiError, type Caller } from '@mts/domain';
import type { Clock } from '@mts/platform';
import { OverviewStore, type Request } from '@mts/store';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import type { GatewayConfig } from '../options.js';
import { CLOCK, GATEWAY_CONFIG, KEKS } from '../tokens.js';
import { cursorOf, type ListQuery, readListQuery } from './list-query.js';
import { errorSummaries, overviewOf } from './overview.js';
import { DETAILS, DETAILS_REFUSALS, LIST, LIST_REFUSALS, ListQueries } from './overview-answers.js';
import { OwnRequests } from './own-requests.js';

/** Tells of requests everything but personal data. */
@ApiTags('Requests')
@Controller('authtoken/requests')
export class OverviewController {
  constructor(
    @Inject(OverviewStore) private readonly overviews: OverviewStore,
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(KEKS) private readonly keks: KekProvider,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listRequests',
    summary: 'The requests of the caller, the latest first; of all callers for `operate`',
  })
  @ListQueries()
  @Answers(LIST, LIST_REFUSALS)
  @Needs('read', 'operate')
  async list(@Query() query: ListQuery, @TheCaller() caller: Caller): Promise<Envelope> {
    const { filter, after, limit } = readListQuery(query);
    const isOperator = caller.roles.has('operate');
    // Of another owner there is nothing to see, as if there were none.
    if (!isOperator && filter.owner !== undefined && filter.owner !== caller.owner) {
      return envelope({ requests: [], nextCursor: null });
    }
    const owner = isOperator ? filter.owner : caller.owner;
    const page = await this.overviews.list({ ...filter, owner }, after, limit);
    const now = this.clock();
    return envelope({
      requests: page.requests.map((one) => overviewOf(one, this.config.requestAgeHoursMax, now)),
      nextCursor: cursorOf(page.next),
    });
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getRequest', summary: 'How one request stands, in detail' })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @Answers(DETAILS, DETAILS_REFUSALS)
  @Needs('read', 'operate')
  async details(@Param('id') id: string, @TheCaller() caller: Caller): Promise<Envelope> {
    const request = await this.own.findToOperate(id, caller);
    const [overview, errorCounts] = await Promise.all([
      this.overviews.find(request.id),
      this.overviews.errorCounts(request.id),
    ]);
    // Erased a moment ago.
    if (overview === undefined) throw new ApiError('ATS-REQ-016');
    return envelope({
      ...overviewOf(overview, this.config.requestAgeHoursMax, this.clock()),
      errors: errorSummaries(overview, errorCounts),
      correlationId: request.owner === caller.owner ? await this.correlationOf(request) : null,
    });
  }

  private async correlationOf(request: Request): Promise<string | null> {
    const key = await openRequestKey(request, 'results', this.keks);
    if (key === undefined || request.sealedCorrelation === null) return null;
    return openCorrelation(request.id, request.sealedCorrelation, key);
  }
}
