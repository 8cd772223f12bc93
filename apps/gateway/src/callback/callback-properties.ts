import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CALLBACK_METHODS } from '@mts/outputs';
import { Type } from 'class-transformer';
import { ValidateIf, ValidateNested } from 'class-validator';

import { AbsentWhenEmpty, IsObject, IsRequired, IsText, type TextLike } from '../lists/list-checks.js';
import {
  EmptyWhenBlank,
  IsAuthType,
  IsFlag,
  IsGiven,
  IsHeaders,
  IsMethod,
  IsSigningSecret,
  IsTimeout,
  IsUrl,
  IsWholeNumber,
} from './callback-checks.js';
import { AUTH_TYPES } from './auth-types.js';

const EXTRA_HEADERS = {
  type: 'object',
  additionalProperties: { type: 'string' },
  example: { 'X-Tenant': 'north' },
} as const;

/** A user of Odoo 15 to 19. */
export class AuthOdooDto {
  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://odoo.example.org/web/session/authenticate',
    description: 'Its neighbour `logout` is called at the end.',
  })
  @EmptyWhenBlank()
  @IsGiven('ATS-REQ-031', 'also when it is left out')
  @IsUrl()
  readonly authUrl!: string;

  @ApiProperty({ type: String, example: 'openg2pdb' })
  @EmptyWhenBlank()
  @IsRequired()
  @IsGiven('ATS-REQ-033')
  @IsText()
  readonly database!: TextLike;

  @ApiProperty({ type: String, example: 'mts' })
  @EmptyWhenBlank()
  @IsRequired()
  @IsGiven('ATS-REQ-032')
  @IsText()
  readonly username!: TextLike;

  @ApiProperty({ type: String, format: 'password' })
  @AbsentWhenEmpty()
  @IsRequired()
  @IsText()
  readonly password!: TextLike;

  @ApiPropertyOptional({ ...EXTRA_HEADERS, description: 'Sent with the log-in and the log-out.' })
  @AbsentWhenEmpty()
  @IsObject()
  @IsHeaders()
  readonly extraHeaders?: Readonly<Record<string, unknown>>;
}

/** A token of an OAuth 2 server: by client credentials, or by a user name and password when one is given. */
export class AuthOauthDto {
  @ApiProperty({ type: String, format: 'uri', description: 'The token endpoint.' })
  @AbsentWhenEmpty()
  @IsRequired()
  @IsUrl()
  readonly authUrl!: string;

  @ApiPropertyOptional({ type: String })
  @AbsentWhenEmpty()
  @IsText()
  readonly username?: TextLike;

  @ApiPropertyOptional({ type: String, format: 'password' })
  @AbsentWhenEmpty()
  @IsText()
  readonly password?: TextLike;

  @ApiPropertyOptional({ type: String })
  @AbsentWhenEmpty()
  @IsText()
  readonly clientId?: TextLike;

  @ApiPropertyOptional({ type: String, format: 'password' })
  @AbsentWhenEmpty()
  @IsText()
  readonly clientSecret?: TextLike;

  @ApiPropertyOptional({ ...EXTRA_HEADERS, description: 'Sent with the call for the token.' })
  @AbsentWhenEmpty()
  @IsObject()
  @IsHeaders()
  readonly extraHeaders?: Readonly<Record<string, unknown>>;
}

export class AuthStaticBearerDto {
  @ApiProperty({ type: String, format: 'password' })
  @EmptyWhenBlank()
  @IsRequired()
  @IsGiven('ATS-REQ-034')
  @IsText()
  readonly token!: TextLike;
}

/** Where the results go, and how, with deliverytype callback. */
export class CallbackPropertiesDto {
  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://registry.example.org/api/v1/registry/individual/updateIdentification',
    description:
      'https to a public host, or what the operator has opened with MTS_OUTBOUND_ALLOWED. Redirects are not followed.',
  })
  @AbsentWhenEmpty()
  @IsRequired()
  @IsUrl()
  readonly url!: string;

  @ApiPropertyOptional({ enum: CALLBACK_METHODS, default: 'POST' })
  @AbsentWhenEmpty()
  @IsMethod()
  readonly httpMethod?: string;

  @ApiPropertyOptional({
    ...EXTRA_HEADERS,
    description:
      'Sent with every call; they win over the headers that would be sent, Authorization included.',
  })
  @AbsentWhenEmpty()
  @IsObject()
  @IsHeaders()
  readonly extraHeaders?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 600,
    default: 10,
    description: 'How long a connection, and then silence, may last.',
  })
  @AbsentWhenEmpty()
  @IsWholeNumber()
  @IsTimeout()
  readonly timeoutSeconds?: TextLike;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'All rows in one call, as one array or one file, instead of one call per record.',
  })
  @AbsentWhenEmpty()
  @IsFlag()
  readonly callInBulk?: unknown;

  @ApiPropertyOptional({
    type: String,
    description: 'With output csv: the name of the part of the form, and of the file in it.',
    example: 'result.csv',
  })
  @AbsentWhenEmpty()
  @IsText()
  readonly requestFileName?: TextLike;

  @ApiPropertyOptional({ enum: AUTH_TYPES, default: 'none' })
  @AbsentWhenEmpty()
  @IsAuthType()
  readonly authType?: string;

  @ApiPropertyOptional({ type: () => AuthOdooDto })
  @AbsentWhenEmpty()
  @ValidateIf(({ authType }: CallbackPropertiesDto) => authType === 'odoo')
  @IsGiven('ATS-REQ-028', 'also when it is left out')
  @IsObject()
  @ValidateNested()
  @Type(() => AuthOdooDto)
  readonly authOdoo?: AuthOdooDto;

  @ApiPropertyOptional({ type: () => AuthOauthDto })
  @AbsentWhenEmpty()
  @ValidateIf(({ authType }: CallbackPropertiesDto) => authType === 'oauth')
  @IsGiven('ATS-REQ-029', 'also when it is left out')
  @IsObject()
  @ValidateNested()
  @Type(() => AuthOauthDto)
  readonly authOauth?: AuthOauthDto;

  @ApiPropertyOptional({ type: () => AuthStaticBearerDto })
  @AbsentWhenEmpty()
  @ValidateIf(({ authType }: CallbackPropertiesDto) => authType === 'staticBearer')
  @IsGiven('ATS-REQ-030', 'also when it is left out')
  @IsObject()
  @ValidateNested()
  @Type(() => AuthStaticBearerDto)
  readonly authStaticBearer?: AuthStaticBearerDto;

  @ApiPropertyOptional({
    type: String,
    format: 'password',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    description:
      'Calls are signed with it after Standard Webhooks 1.0.0 (webhook-id, webhook-timestamp, webhook-signature): whsec_ and 24 to 64 bytes in base64.',
  })
  @AbsentWhenEmpty()
  @IsSigningSecret()
  readonly signingSecret?: string;
}
