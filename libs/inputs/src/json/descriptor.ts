import type { InputDescriptor } from '../kit/source.js';

export const jsonInput = {
  id: 'json',
  title: 'List in the request (JSON)',
  mediaTypes: ['application/json'],
} as const satisfies InputDescriptor;
