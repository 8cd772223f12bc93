import { ApiHeader } from '@nestjs/swagger';

/** Documents that a route makes one request of calls with the same key, see IdempotentCall. */
export const TakesIdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    description:
      'Any text without blanks, such as a UUID, chosen anew for each list. The same key with the same content gives the same request, however often it is sent (then with the header Idempotency-Replayed: true), as long as that is not erased; with another content it is refused (MTS-REQ-006).',
  });
