import type { Delivery } from '@mts/store';

import type { BadAnswer, GoodAnswer } from '../openapi/answers.js';
import { DeliveryDto } from '../requests/overview-answers.js';
import { REDELIVERY_SIZE_BYTES_MAX } from './redelivery-wish.js';

/** What is told of a delivery; nothing of where it goes. */
export function deliveryDetails(delivery: Delivery): DeliveryDto {
  const { kind, state, delivered, refused, attempts, code, reason, nextTryAt, endedAt } = delivery;
  return {
    kind,
    state,
    delivered,
    refused,
    attempts,
    nextTryAt: state === 'waiting' ? nextTryAt.toISOString() : null,
    code,
    reason,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

export const REDELIVERED: GoodAnswer = {
  description:
    'The delivery is due again: what its receiver does not have yet will be sent; all of it, to another url.',
  response: DeliveryDto,
  examples: {
    waiting: {
      kind: 'callback',
      state: 'waiting',
      delivered: 480,
      refused: 0,
      attempts: 0,
      nextTryAt: '2026-11-22T01:21:37.737Z',
      code: null,
      reason: null,
      endedAt: null,
    },
  },
};

/** Why a list with deliverytype callback is not taken in. */
export const CALLBACK_REFUSALS: readonly BadAnswer[] = [
  'ATS-REQ-024',
  'ATS-REQ-025',
  'ATS-REQ-026',
  'ATS-REQ-027',
  'ATS-REQ-028',
  'ATS-REQ-029',
  'ATS-REQ-030',
  'ATS-REQ-031',
  'ATS-REQ-032',
  'ATS-REQ-033',
  'ATS-REQ-034',
  {
    code: 'MTS-DLV-001',
    details: {
      field: 'request.callbackProperties.url',
      problem:
        'must lead to a host on the public internet, unless the operator lists it in MTS_OUTBOUND_ALLOWED',
    },
  },
];

export const REDELIVERY_REFUSALS: readonly BadAnswer[] = [
  'ATS-REQ-016',
  'ATS-REQ-017',
  'MTS-DLV-002',
  'MTS-DLV-003',
  'MTS-REQ-004',
  'MTS-REQ-005',
  { code: 'MTS-REQ-003', details: { limit: REDELIVERY_SIZE_BYTES_MAX } },
  {
    code: 'ATS-REQ-102',
    details: { problem: 'give {"callbackProperties": {…}}, or no body at all' },
  },
  {
    code: 'ATS-REQ-102',
    status: 422,
    details: { field: 'request.callbackProperties.url', problem: 'field required' },
  },
  ...CALLBACK_REFUSALS,
];
