import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ApiError, type JsonValue, isList } from '@mts/domain';
import type { RequestOptions } from '@mts/inputs';
import { RESULT_FORMAT_IDS } from '@mts/outputs';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';

import { AbsentWhenBlank, AbsentWhenEmpty, IsObject, IsOneOf, IsRequired } from '../lists/list-checks.js';
import { RECORD_EXAMPLE, RecordWishDto } from '../lists/list-request.js';
import { checked, type ListSettings, recordOptions } from '../lists/read-list-request.js';

export const SAMPLE_RECORDS_MAX = 20;

const DEFAULT_OUTPUT = 'json';

export class PreviewRequestDto extends RecordWishDto {
  @ApiPropertyOptional({
    enum: RESULT_FORMAT_IDS,
    default: DEFAULT_OUTPUT,
    description: 'As in /authtoken/json.',
  })
  @AbsentWhenEmpty()
  @IsOneOf(RESULT_FORMAT_IDS, 'output type')
  readonly output?: string;

  /** Checked apart from the rest, so that its numbers stay as they were written. */
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    minItems: 1,
    maxItems: SAMPLE_RECORDS_MAX,
    description: 'Some records of the list.',
    example: [RECORD_EXAMPLE],
  })
  readonly authdata!: unknown;
}

/** What is sent to /authtoken/json can be sent here as it is, with fewer records. */
export class PreviewDto {
  @ApiProperty({ type: () => PreviewRequestDto })
  @AbsentWhenBlank()
  @IsRequired()
  @IsObject()
  @ValidateNested()
  @Type(() => PreviewRequestDto)
  readonly request!: PreviewRequestDto;
}

export interface PreviewWish {
  /** The id of a result format. */
  readonly output: string;
  readonly options: RequestOptions;
  readonly sample: readonly JsonValue[];
}

/** @throws Refusal, ApiError ATS-REQ-102 */
export function readPreviewRequest(body: JsonValue, settings: ListSettings): PreviewWish {
  const { request } = checked(PreviewDto, body);
  return {
    output: request.output ?? DEFAULT_OUTPUT,
    options: recordOptions(request, settings),
    sample: sampleOf(body),
  };
}

function sampleOf(body: JsonValue): readonly JsonValue[] {
  const { request } = body as { readonly request: { readonly authdata?: JsonValue } };
  const sample: JsonValue | undefined = request.authdata;
  if (isList(sample) && sample.length > 0 && sample.length <= SAMPLE_RECORDS_MAX) return sample;
  const problem = `a list of 1 to ${String(SAMPLE_RECORDS_MAX)} records is expected`;
  throw new ApiError('ATS-REQ-102', { field: 'request.authdata', problem });
}
