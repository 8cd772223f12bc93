import type { JsonValue } from '@mts/domain';
import { plainToInstance } from 'class-transformer';

/**
 * An instance of a class that is checked by its decorators, made of what a caller sent.
 *
 * class-transformer 0.5.1 takes a member named `constructor` for a class to make, and fails when it is none. Members of
 * that name mean nothing to us, and it leaves them out of what it makes.
 */
export function toInstance<T extends object>(type: new () => T, plain: JsonValue): T {
  return plainToInstance(type, withoutConstructors(plain));
}

function withoutConstructors(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutConstructors);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'constructor')
      .map(([name, one]) => [name, withoutConstructors(one)]),
  );
}
