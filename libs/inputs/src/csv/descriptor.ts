import type { InputDescriptor } from '../kit/source.js';

export const csvInput = {
  id: 'csv',
  title: 'CSV file',
  mediaTypes: ['text/csv', 'text/tab-separated-values'],
} as const satisfies InputDescriptor;
