import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ENTRIES_MAX, ENTRY_LENGTH_MAX } from '@mts/inputs';
import { DELIVERED_RECORDS, DELIVERY_TYPES, PROGRAM_LENGTH_MAX, RESULT_FORMAT_IDS } from '@mts/outputs';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';

import { CallbackPropertiesDto } from '../callback/callback-properties.js';
import {
  AbsentWhenBlank,
  AbsentWhenEmpty,
  IsCorrelationId,
  IsFlag,
  IsNotNull,
  IsObject,
  IsOneOf,
  IsPresent,
  IsRequired,
  IsText,
  IsTextList,
  IsTimestamp,
  type TextLike,
} from './list-checks.js';

export const RECORD_EXAMPLE = {
  vid: '5047632183961079',
  name: 'Aisha Khan',
  gender: 'Female',
  dob: '1990/09/01',
  phoneNumber: '+919876500001',
  emailId: 'a@example.org',
  fullAddress: '12 Lake Road, Kenitra',
};

const ENTRY = { type: String, maxLength: ENTRY_LENGTH_MAX } as const;
const ENTRIES = {
  type: 'array',
  items: { type: 'string', maxLength: ENTRY_LENGTH_MAX },
  maxItems: ENTRIES_MAX,
} as const;

/** Which field of a record holds what. */
export class MappingDto {
  @ApiPropertyOptional({ ...ENTRY, default: 'vid', description: 'The UIN or VID.' })
  @AbsentWhenEmpty()
  @IsText()
  readonly vid?: TextLike;

  @ApiPropertyOptional({
    ...ENTRIES,
    default: ['name'],
    description:
      'The fields that make up the name, joined by a blank; those that are absent are skipped. A list also of one: `["full_name"]`.',
    example: ['given_name', 'family_name'],
  })
  @AbsentWhenEmpty()
  @IsTextList()
  readonly name?: readonly TextLike[];

  @ApiPropertyOptional({ ...ENTRY, default: 'gender' })
  @AbsentWhenEmpty()
  @IsText()
  readonly gender?: TextLike;

  @ApiPropertyOptional({ ...ENTRY, default: 'dob', description: 'The date of birth.' })
  @AbsentWhenEmpty()
  @IsText()
  readonly dob?: TextLike;

  @ApiPropertyOptional({ ...ENTRY, default: 'phoneNumber' })
  @AbsentWhenEmpty()
  @IsText()
  readonly phoneNumber?: TextLike;

  @ApiPropertyOptional({ ...ENTRY, default: 'emailId' })
  @AbsentWhenEmpty()
  @IsText()
  readonly emailId?: TextLike;

  @ApiPropertyOptional({
    ...ENTRIES,
    default: ['fullAddress'],
    description:
      'The fields that make up the address, joined by a comma and a blank. A list also of one: `["address"]`.',
  })
  @AbsentWhenEmpty()
  @IsTextList()
  readonly fullAddress?: readonly TextLike[];

  @ApiPropertyOptional({
    ...ENTRY,
    default: 'referenceId',
    description:
      "The caller's own id of the record, up to 128 characters: never sent to IDA, and given back in the row. Rows have the column only where at least one record of the list has one.",
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly referenceId?: TextLike;
}

/** How records are read, and how rows are made of them. */
export class RecordWishDto {
  @ApiPropertyOptional({
    type: String,
    default: 'eng',
    description: 'The language of names, genders and addresses; one of those configured (MTS_LANGUAGES).',
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly lang?: TextLike;

  @ApiPropertyOptional({
    type: () => MappingDto,
    description:
      'Which field of a record holds what. A name stands for the field of exactly that name, else for a path: `demo.name`, `repeat[0].name`.',
  })
  @AbsentWhenBlank()
  @IsNotNull()
  @IsObject()
  @ValidateNested()
  @Type(() => MappingDto)
  readonly mapping?: MappingDto;

  @ApiPropertyOptional({
    type: String,
    maxLength: PROGRAM_LENGTH_MAX,
    description:
      'A jq 1.8 program that makes a row of `{"input": the record as it was received, "output": {vid, status, token, errorCode, errorMessage}}`; the default format when left out. Its first value counts; a record without one is `null`, or an empty row of a CSV file. For csv it gives an object (its names are the header) or a list (no header). Not allowed: env, $ENV, input, inputs, include, import, debug, halt.',
    example: '{id: .input.vid, name: .input.name, token: .output.token, error: .output.errorMessage}',
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly outputFormat?: TextLike;
}

/** What is wanted beyond what the original knows. */
export class ListOptionsDto {
  @ApiPropertyOptional({
    enum: DELIVERED_RECORDS,
    default: 'all',
    description: 'Which records a callback delivers: with `successes` only those with a Token ID.',
  })
  @AbsentWhenEmpty()
  @IsOneOf(DELIVERED_RECORDS, 'options.deliver')
  readonly deliver?: (typeof DELIVERED_RECORDS)[number];

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Erase the results once they were downloaded as a whole: after MTS_ERASE_GRACE_MINUTES, and when no delivery is under way.',
  })
  @AbsentWhenEmpty()
  @IsFlag()
  readonly eraseAfterDownload?: true;
}

/** What is wanted of a list, whatever it comes in. */
export class ListRequestDto extends RecordWishDto {
  @ApiProperty({ enum: RESULT_FORMAT_IDS, description: 'The format of the result file.' })
  @IsPresent()
  @IsOneOf(RESULT_FORMAT_IDS, 'output type')
  readonly output!: string;

  @ApiProperty({
    enum: DELIVERY_TYPES,
    description: 'How the result is handed over. It can be downloaded in any case.',
  })
  @IsPresent()
  @IsOneOf(DELIVERY_TYPES, 'delivery type')
  readonly deliverytype!: string;

  /** Checked apart from the rest, and only when it is used: see readCallback. */
  @ApiPropertyOptional({
    type: () => CallbackPropertiesDto,
    description: 'With deliverytype callback: where the results go. Never given out again.',
  })
  readonly callbackProperties?: unknown;

  @ApiPropertyOptional({
    type: String,
    maxLength: 128,
    description:
      "The caller's own id of the request, ASCII: comes back in GET /authtoken/requests/{id}, and as the header Correlation-Id of downloads, callbacks and the answer about one person.",
    example: 'registry-export-2026-11-22',
  })
  @AbsentWhenEmpty()
  @IsText()
  @IsCorrelationId()
  readonly correlationId?: TextLike;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Only check the list: IDA is asked about nobody, nothing is delivered, and in the result each record is `valid` or `invalid`.',
  })
  @AbsentWhenEmpty()
  @IsFlag()
  readonly validateOnly?: true;

  @ApiPropertyOptional({ type: () => ListOptionsDto, description: 'What the original does not have.' })
  @AbsentWhenEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => ListOptionsDto)
  readonly options?: ListOptionsDto;
}

export class JsonListRequestDto extends ListRequestDto {
  /** Checked apart from the rest, where it was parsed: see AuthdataShape. */
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    minItems: 1,
    description: 'The people, one object each, with the fields that the mapping names.',
    example: [RECORD_EXAMPLE],
  })
  readonly authdata!: unknown;
}

export class CsvListRequestDto extends ListRequestDto {
  @ApiPropertyOptional({ type: String, default: ',', description: 'One character.', example: ';' })
  @AbsentWhenEmpty()
  @IsText()
  readonly csvDelimiter?: TextLike;
}

/** The envelope of every request; what its texts say does not matter. */
export class EnvelopeDto {
  @ApiProperty({ type: String, example: 'mosip.token.seeder', description: 'Any text, also an empty one.' })
  @IsRequired()
  @IsText()
  readonly id!: TextLike;

  @ApiProperty({ type: String, example: '1.0', description: 'Any text, also an empty one.' })
  @IsRequired()
  @IsText()
  readonly version!: TextLike;

  @ApiProperty({ type: String, example: '', description: 'Any text, also an empty one.' })
  @IsRequired()
  @IsText()
  readonly metadata!: TextLike;

  @ApiProperty({
    type: String,
    example: '2026-11-22T01:21:37.737Z',
    pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z$`,
    description:
      'UTC, with 1 to 6 fraction digits and a Z at its end, both mandatory. May lie in the past or in the future.',
  })
  @IsPresent()
  @IsTimestamp()
  readonly requesttime!: TextLike;
}

export class JsonListDto extends EnvelopeDto {
  @ApiProperty({ type: () => JsonListRequestDto })
  @AbsentWhenBlank()
  @IsRequired()
  @IsObject()
  @ValidateNested()
  @Type(() => JsonListRequestDto)
  readonly request!: JsonListRequestDto;
}

export class CsvListDto extends EnvelopeDto {
  @ApiProperty({ type: () => CsvListRequestDto })
  @AbsentWhenBlank()
  @IsRequired()
  @IsObject()
  @ValidateNested()
  @Type(() => CsvListRequestDto)
  readonly request!: CsvListRequestDto;
}
