import { ApiError } from '@mts/domain';

import { addressOf, type OdkAddress } from './address.js';
import type { OdkConfig } from './config.js';
import { readInstant } from './instant.js';

/** An {@link OdkConfig} in which nothing is missing or wrong by itself. */
export interface OdkSource {
  readonly address: OdkAddress;
  readonly email: string;
  readonly password: string;
  readonly start: Date | undefined;
  readonly end: Date | undefined;
  readonly caPem: string | undefined;
}

/** @throws ApiError ATS-REQ-018 to 022, in the original's order, then ATS-REQ-102 */
export function readOdkSource(config: OdkConfig): OdkSource {
  const { baseUrl, email, password, odataUrl, projectId, formId } = config;
  if (baseUrl === undefined && odataUrl === undefined) throw new ApiError('ATS-REQ-018');
  if (email === undefined) throw new ApiError('ATS-REQ-019');
  if (password === undefined) throw new ApiError('ATS-REQ-020');
  if (odataUrl === undefined) {
    if (projectId === undefined) throw new ApiError('ATS-REQ-021');
    if (formId === undefined) throw new ApiError('ATS-REQ-022');
  }
  return {
    address: addressOf(config, config.version ?? 'v1'),
    email,
    password,
    start: instantOf('request.odkconfig.startdate', config.startDate),
    end: instantOf('request.odkconfig.enddate', config.endDate),
    caPem: config.caPem,
  };
}

function instantOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const instant = readInstant(text);
  if (instant !== undefined) return instant;
  const problem = 'a date or a UTC time is expected, such as 2026-01-31 or 2026-01-31T08:00:00Z';
  throw new ApiError('ATS-REQ-102', { field, problem });
}
