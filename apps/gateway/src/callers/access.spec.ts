import { Delete, Get } from '@nestjs/common';
import { expect, it } from 'vitest';

import { assertAccess, Needs, Public } from './access.js';

/** As decorators do it, which spec files are not compiled with. */
function decorate(prototype: object, name: string, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor === undefined) throw new Error(`${name} is not there`);
  for (const one of decorators) one(prototype, name, descriptor);
}

class Complete {
  anybody(): string {
    return 'x';
  }
  some(): string {
    return this.anybody();
  }
  notARoute(): string {
    return this.anybody();
  }
}
decorate(Complete.prototype, 'anybody', Get(), Public());
decorate(Complete.prototype, 'some', Get('some'), Needs('read'));

class Forgetful {
  remove(): string {
    return 'x';
  }
}
decorate(Forgetful.prototype, 'remove', Delete());

it('takes controllers all of whose routes say who may use them', () => {
  expect(() => assertAccess([Complete])).not.toThrow();
});

it('stops the start at a route that does not say who may use it', () => {
  expect(() => assertAccess([Complete, Forgetful])).toThrow('Forgetful.remove does not say who may use it');
});
