import { ApiHideProperty, ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import type { JsonValue } from '@mts/domain';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';

import {
  AbsentWhenBlank,
  AbsentWhenEmpty,
  check,
  IsFlag,
  IsObject,
  IsRequired,
  IsText,
  OWN_NAMING,
  SCHEMA,
  type TextLike,
} from '../lists/list-checks.js';
import { EnvelopeDto, ListRequestDto, RECORD_EXAMPLE } from '../lists/list-request.js';

/** `^[A-Za-z0-9]{10}` (`IdAuthValidator.A_Z0_9_10`, mosip/id-authentication v1.2.0.1). */
const TRANSACTION_ID = /^[A-Za-z0-9]{10}$/;

const IsListOfObjects = (): PropertyDecorator =>
  check('isListOfObjects', SCHEMA, (value) => {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return 'value is not a valid list';
    const areObjects = value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
    return areObjects ? undefined : 'value is not a valid dict';
  });

const IsTransactionId = (): PropertyDecorator =>
  check('isTransactionId', OWN_NAMING, (value) => {
    // What is no text is not its business.
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return TRANSACTION_ID.test(String(value)) ? undefined : '10 letters or digits are expected';
  });

/** What is wanted of one person whose answer is waited for. What else a list has in its place is not looked at. */
export class AwaitedRequestDto extends PickType(ListRequestDto, [
  'lang',
  'mapping',
  'correlationId',
] as const) {
  @ApiPropertyOptional({
    enum: ['sync'],
    description: 'May be left out: one object in authdata is always answered at once.',
  })
  readonly deliverytype?: unknown;

  /** Checked apart from the rest, where it was parsed: see AuthdataShape. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The person, with the fields that the mapping names.',
    example: RECORD_EXAMPLE,
  })
  readonly authdata!: unknown;

  @ApiPropertyOptional({
    type: String,
    description:
      'A one-time password that IDA has sent to the person: handed on as it is, and asked with once. May stand in authdata instead. Needs transactionID.',
    example: '111111',
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly otp?: TextLike;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description:
      'The capture answer of the device (SBI): handed on as it is, and asked with once. May stand in authdata instead. Needs transactionID.',
  })
  @AbsentWhenEmpty()
  @IsListOfObjects()
  readonly biometrics?: readonly JsonValue[];

  @ApiPropertyOptional({
    type: String,
    pattern: TRANSACTION_ID.source,
    description: 'The transaction in which the password was requested, or that the device was given.',
    example: 'A1b2C3d4E5',
  })
  @AbsentWhenEmpty()
  @IsText()
  @IsTransactionId()
  readonly transactionID?: TextLike;

  /** Not offered: whoever wants nobody to be asked must not have somebody asked. */
  @ApiHideProperty()
  @AbsentWhenEmpty()
  @IsFlag()
  readonly validateOnly?: true;

  /** Not offered: they are about results that are kept. What is in it must be known all the same. */
  @ApiHideProperty()
  @AbsentWhenEmpty()
  @IsObject()
  readonly options?: unknown;
}

export class AwaitedDto extends EnvelopeDto {
  @ApiProperty({ type: () => AwaitedRequestDto })
  @AbsentWhenBlank()
  @IsRequired()
  @IsObject()
  @ValidateNested()
  @Type(() => AwaitedRequestDto)
  readonly request!: AwaitedRequestDto;
}
