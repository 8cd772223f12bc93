import { describe, expect, it } from 'vitest';

import { decodeBase64Lenient, decodeBase64Strict, decodeBase64Url } from './java-base64.js';

describe('decodeBase64Url', () => {
  it.each([
    ['', ''],
    ['_-8', 'ff ef'],
    ['_-8=', 'ff ef'],
    ['_w', 'ff'],
    ['_w==', 'ff'],
    ['____', 'ff ff ff'],
  ])('takes %j, with right padding or none', (text, bytes) => {
    expect(decodeBase64Url(text)).toEqual(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
  });

  it.each(['+/8', '_w=', '_-8==', '____=', '_', '_w==_w==', '_-8\n', ' _-8', '='])('refuses %j', (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });
});

describe('decodeBase64Strict', () => {
  it.each(['/+8', '/+8='])('takes %j, with right padding or none', (text) => {
    expect(decodeBase64Strict(text)).toEqual(Buffer.from('ffef', 'hex'));
  });

  it.each(['_-8', '/+8\n', '/+\n8', '/+8==', '/'])('refuses %j', (text) => {
    expect(decodeBase64Strict(text)).toBeUndefined();
  });
});

describe('decodeBase64Lenient', () => {
  it('takes both alphabets, skips line breaks and ends at the padding', () => {
    expect(decodeBase64Lenient('/+\n8_\r\n-8A=AAAA')).toEqual(decodeBase64Url('_-8_-8A'));
  });
});
