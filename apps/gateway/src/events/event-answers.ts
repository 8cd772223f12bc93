import { ApiProperty } from '@nestjs/swagger';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';

class EventTicketDto {
  @ApiProperty({ type: String, description: 'To be given as `?ticket=`; opens one stream of this request.' })
  readonly ticket!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  readonly expiresAt!: string;
}

export const TICKET: GoodAnswer = {
  description: 'A ticket that is shown once and not kept here.',
  response: EventTicketDto,
  examples: {
    ticket: {
      ticket: '3q2-7wLxQnGc0m1m0vV4Yw4l9bTt8uKp5dHs2eRj6fA',
      expiresAt: '2026-11-22T01:22:37.737Z',
    },
  },
};
export const TICKET_REFUSALS: readonly BadAnswer[] = ['ATS-REQ-016'];

export const EVENT_REFUSALS: readonly BadAnswer[] = ['ATS-REQ-016'];
export const EVENT_CONTENT = {
  'text/event-stream': {
    schema: { type: 'string' },
    examples: {
      progress: {
        value:
          'retry: 3000\n\nevent: progress\nid: Zl1yJ0p3mQf8a2sD\ndata: {"id":"00c1ed88-a7ff-49db-a546-862cc8ebe111","state":"processing","total":500,"done":120}\n\n',
      },
    },
  },
};
