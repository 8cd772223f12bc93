import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@mts/domain';
import { ResultStore } from '@mts/store';

import { Needs, TheCaller } from '../callers/access.js';
import { type Envelope, envelope } from '../http/envelope.js';
import { Answers } from '../openapi/answers.js';
import { OwnRequests } from '../requests/own-requests.js';
import { pageNumber } from '../requests/page-number.js';
import { cursorAfter, groupsOf, readCursor } from './duplicate-groups.js';
import { DUPLICATES, DUPLICATES_REFUSALS, SAME_PERSONS, SAME_PERSONS_REFUSALS } from './result-answers.js';
import { LINE_MAX } from './selection.js';

const PAGE_SIZE = { from: 1, to: 10_000, otherwise: 1000 };
const PAGE_SIZE_SCHEMA = { type: 'integer', minimum: 1, maximum: 10_000, default: 1000 } as const;

/** Tells which records of a list are the same person, by their lines alone. */
@ApiTags('Results')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('authtoken')
export class SamePersonsController {
  constructor(
    @Inject(OwnRequests) private readonly own: OwnRequests,
    @Inject(ResultStore) private readonly store: ResultStore,
  ) {}

  @Get('sameperson/:id')
  @ApiOperation({ summary: 'Which records are the same person, line by line' })
  @ApiQuery({ name: 'afterLine', required: false, schema: { type: 'integer', minimum: 0, default: 0 } })
  @ApiQuery({ name: 'limit', required: false, schema: PAGE_SIZE_SCHEMA })
  @Answers(SAME_PERSONS, SAME_PERSONS_REFUSALS)
  @Needs('read')
  async samePersons(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query('afterLine') afterLine: unknown,
    @Query('limit') limit: unknown,
  ): Promise<Envelope> {
    const page = {
      afterLine: pageNumber('afterLine', afterLine, { from: 0, to: LINE_MAX, otherwise: 0 }),
      limit: pageNumber('limit', limit, PAGE_SIZE),
    };
    const request = await this.own.findFinished(id, caller);
    return envelope({ pairs: await this.store.samePersons(request.id, page.afterLine, page.limit) });
  }

  @Get('requests/:id/duplicates')
  @ApiOperation({ summary: 'Which records are the same person, person by person' })
  @ApiQuery({
    name: 'cursor',
    required: false,
    schema: { type: 'string' },
    description: 'nextCursor of the page before.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: PAGE_SIZE_SCHEMA,
    description: 'Lines in otherLines of all groups of a page.',
  })
  @Answers(DUPLICATES, DUPLICATES_REFUSALS)
  @Needs('read')
  async duplicates(
    @Param('id') id: string,
    @TheCaller() caller: Caller,
    @Query('cursor') cursor: unknown,
    @Query('limit') limit: unknown,
  ): Promise<Envelope> {
    const after = readCursor(cursor);
    const size = pageNumber('limit', limit, PAGE_SIZE);
    const request = await this.own.findFinished(id, caller);
    const found = await this.store.duplicates(request.id, after, size + 1);
    const pairs = found.slice(0, size);
    const last = pairs.at(-1);
    return envelope({
      duplicates: request.duplicates,
      groups: groupsOf(pairs),
      nextCursor: last === undefined || found.length <= size ? null : cursorAfter(last),
    });
  }
}
