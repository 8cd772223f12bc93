import { describe, expect, it } from 'vitest';

import { isOfForeignPage } from './foreign-page.js';

const OURS = ['https://registry.example.org'];

describe('a call where everybody is let in', () => {
  it.each([
    [{ host: '127.0.0.1:8080' }],
    [{ host: '[::1]:8080' }],
    [{ host: 'localhost:8080' }],
    [{ host: 'seeder.localhost' }],
    [{ host: 'mosiptokenseeder:8080' }],
    [{}],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
    [{ host: '127.0.0.1:8080', origin: 'https://registry.example.org' }],
  ])('is taken: %j', (headers) => {
    expect(isOfForeignPage(headers, OURS)).toBe(false);
  });

  it.each([
    [{ host: 'evil.example.org:8080' }],
    [{ host: 'evil.example.org:8080', origin: 'http://evil.example.org:8080' }],
    [{ host: '127.0.0.1.evil.example.org' }],
    [{ host: '127.0.0.1:8080', origin: 'https://evil.example.org' }],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:9000' }],
    [{ host: '127.0.0.1:8080', origin: 'null' }],
    [{ host: '127.0.0.1:8080', origin: 'https://registry.example.org.evil.org' }],
  ])('is not taken from a foreign page: %j', (headers) => {
    expect(isOfForeignPage(headers, OURS)).toBe(true);
  });
});
