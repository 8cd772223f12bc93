import { ApiPropertyOptional } from '@nestjs/swagger';

import { CallbackPropertiesDto } from './callback-properties.js';

/** What may be said of a delivery that is asked for again. */
export class RedeliveryDto {
  @ApiPropertyOptional({
    type: () => CallbackPropertiesDto,
    description:
      'Where the results go from now on: all of it, not only what changes; for the owner of the request alone. With another url everything is sent, else what is missing.',
  })
  readonly callbackProperties?: unknown;
}
