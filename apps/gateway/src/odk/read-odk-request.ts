import { ApiError, type JsonValue } from '@mts/domain';
import { type OdkConfig, readOdkSource } from '@mts/inputs';
import type { OutboundGuard } from '@mts/platform';

import { isBlank } from '../callback/callback-checks.js';
import type { TextLike } from '../lists/list-checks.js';
import { checked, type ListSettings, type ListWish, wishOf } from '../lists/read-list-request.js';
import { type OdkConfigDto, OdkListDto } from './odk-request.js';

/** What a caller wants of a form in ODK Central, checked. */
export interface OdkWish extends ListWish {
  readonly config: OdkConfig;
}

/**
 * As in the original, its own checks of the source come after those of everything else.
 *
 * @throws Refusal; ApiError ATS-REQ-018 to 022, ATS-REQ-102
 */
export function readOdkRequest(envelope: JsonValue, settings: ListSettings): OdkWish {
  const { request } = checked(OdkListDto, envelope);
  const wish = wishOf(request, settings);
  const config = configOf(request.odkconfig);
  readOdkSource(config);
  return { ...wish, config };
}

/**
 * Whether this program may call there, found out at once; it is found out again for each connection.
 *
 * @throws ApiError MTS-ODK-010
 */
export async function assertReachable(config: OdkConfig, guard: OutboundGuard): Promise<void> {
  const { api } = readOdkSource(config).address;
  const problem = await guard.resolvedProblemOf(api);
  if (problem !== undefined) throw new ApiError('MTS-ODK-010', { problem });
}

function configOf(dto: OdkConfigDto): OdkConfig {
  return {
    baseUrl: text(dto.baseurl),
    version: text(dto.version),
    projectId: text(dto.projectid),
    formId: text(dto.formid),
    odataUrl: text(dto.odataurl),
    email: text(dto.email),
    password: text(dto.password),
    startDate: text(dto.startdate),
    endDate: text(dto.enddate),
    caPem: text(dto.cacertificate),
  };
}

function text(value: TextLike | undefined): string | undefined {
  return isBlank(value) ? undefined : String(value);
}
