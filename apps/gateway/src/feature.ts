import type { Provider, Type } from '@nestjs/common';

/**
 * A part of the API: the controllers of one folder, and what they alone work with. What they share is provided by
 * gateway.module.ts.
 */
export interface Feature {
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
}
