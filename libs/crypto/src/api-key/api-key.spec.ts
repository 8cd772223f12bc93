import { expect, it } from 'vitest';

import { isSameHash, makeApiKey, readApiKey } from './api-key.js';

it('reads of a key what was made: its id and its hash, never its text', () => {
  const { id, text, hash } = makeApiKey();
  const read = readApiKey(text);
  expect(read).toEqual({ id, hash });
  expect(text).toMatch(/^mts_[0-9a-f]{32}_[0-9a-f]{72}$/);
  expect(JSON.stringify(read)).not.toContain(text.slice(37, 101));
});

it('makes no key twice, and each has a hash of its own', () => {
  const keys = Array.from({ length: 100 }, makeApiKey);
  expect(new Set(keys.map(({ text }) => text)).size).toBe(100);
  expect(new Set(keys.map(({ hash }) => hash.toString('hex'))).size).toBe(100);
  expect(isSameHash(keys[0]?.hash ?? Buffer.alloc(0), keys[1]?.hash ?? Buffer.alloc(0))).toBe(false);
});

it('takes no key with a wrong character, however it is wrong', () => {
  const { text } = makeApiKey();
  for (let at = 0; at < text.length; at += 1) {
    const other = text[at] === 'a' ? 'b' : 'a';
    expect(readApiKey(`${text.slice(0, at)}${other}${text.slice(at + 1)}`)).toBeUndefined();
  }
  for (const wrong of [
    '',
    'mts_',
    text.toUpperCase(),
    `${text}0`,
    ` ${text}`,
    `${text}\n`,
    text.slice(0, -1),
  ]) {
    expect(readApiKey(wrong)).toBeUndefined();
  }
});

it('compares hashes of any length', () => {
  expect(isSameHash(Buffer.from('a'), Buffer.from('a'))).toBe(true);
  expect(isSameHash(Buffer.from('a'), Buffer.from('b'))).toBe(false);
  expect(isSameHash(Buffer.from('a'), Buffer.from('ab'))).toBe(false);
});
