import { X509Certificate } from 'node:crypto';

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateIf, ValidateNested } from 'class-validator';

import { EmptyWhenBlank } from '../callback/callback-checks.js';
import {
  AbsentWhenBlank,
  AbsentWhenEmpty,
  check,
  IsObject,
  IsPresent,
  IsRequired,
  IsText,
  OWN_NAMING,
  type TextLike,
} from '../lists/list-checks.js';
import { EnvelopeDto, ListRequestDto } from '../lists/list-request.js';

const IsCertificate = (): PropertyDecorator =>
  check('isCertificate', OWN_NAMING, (value) =>
    value === undefined || isCertificate(value) ? undefined : 'a certificate in PEM is expected',
  );

function isCertificate(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new X509Certificate(value).raw.length > 0;
  } catch {
    // OpenSSL cannot read it; why is of no help.
    return false;
  }
}

const DATE = 'A day, or a day with a time; UTC unless it names another offset.';

/** The form in ODK Central whose submissions are the list. What is empty is looked at by readOdkSource. */
export class OdkConfigDto {
  @ApiProperty({
    type: String,
    example: 'https://central.example.org',
    description:
      'https, also where no scheme is given, to a public host, or what the operator has opened with MTS_OUTBOUND_ALLOWED. May have a port and a path. May be left out with odataurl.',
  })
  @EmptyWhenBlank()
  @ValidateIf(({ baseurl, odataurl }: OdkConfigDto) => baseurl !== undefined || odataurl === undefined)
  @IsPresent()
  @IsText()
  readonly baseurl!: TextLike;

  @ApiPropertyOptional({ type: String, default: 'v1', description: 'Of the API of ODK Central.' })
  @AbsentWhenEmpty()
  @IsText()
  readonly version?: TextLike;

  @ApiPropertyOptional({ type: String, example: '1' })
  @AbsentWhenEmpty()
  @IsText()
  readonly projectid?: TextLike;

  @ApiPropertyOptional({ type: String, example: 'beneficiary_registration' })
  @AbsentWhenEmpty()
  @IsText()
  readonly formid?: TextLike;

  @ApiPropertyOptional({
    type: String,
    example: 'https://central.example.org/v1/projects/1/forms/beneficiary_registration.svc/Submissions',
    description:
      'Instead of projectid and formid; at the same server as baseurl. It may bring a query: a $filter holds beside the dates, and with $top, $skip or $orderby only the one page is taken.',
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly odataurl?: TextLike;

  @ApiProperty({
    type: String,
    example: 'viewer@example.org',
    description: 'Of a web user with the role Project Viewer.',
  })
  @EmptyWhenBlank()
  @IsPresent()
  @IsText()
  readonly email!: TextLike;

  @ApiProperty({ type: String, format: 'password', description: 'Kept sealed, and never given out again.' })
  @EmptyWhenBlank()
  @IsPresent()
  @IsText()
  readonly password!: TextLike;

  @ApiPropertyOptional({
    type: String,
    example: '2026-01-02T00:00:00.000Z',
    description: `Submissions that reached the server from then on. ${DATE}`,
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly startdate?: TextLike;

  @ApiPropertyOptional({
    type: String,
    example: '2026-02-01',
    description: `Submissions that reached the server before then. ${DATE}`,
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly enddate?: TextLike;

  @ApiPropertyOptional({
    type: String,
    description: 'PEM of an authority of its own that signed the certificate of this server.',
  })
  @AbsentWhenEmpty()
  @IsCertificate()
  readonly cacertificate?: TextLike;
}

export class OdkListRequestDto extends ListRequestDto {
  @ApiProperty({ type: () => OdkConfigDto })
  @AbsentWhenBlank()
  @IsRequired()
  @IsObject()
  @ValidateNested()
  @Type(() => OdkConfigDto)
  readonly odkconfig!: OdkConfigDto;
}

export class OdkListDto extends EnvelopeDto {
  @ApiProperty({ type: () => OdkListRequestDto })
  @AbsentWhenBlank()
  @IsRequired()
  @IsObject()
  @ValidateNested()
  @Type(() => OdkListRequestDto)
  readonly request!: OdkListRequestDto;
}
