import type { InputDescriptor } from '../kit/source.js';

export const odkInput = {
  id: 'odk',
  title: 'Submissions of a form in ODK Central',
  mediaTypes: ['application/json'],
} as const satisfies InputDescriptor;
