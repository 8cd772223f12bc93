import { END_OF_FORM, FORM_TYPE, part } from './raw-http.js';

/** A body as it goes over the wire, and what it says of itself. */
export interface HostileBody {
  readonly title: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Repeats itself for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Stand in the place of what is right. */
const WRONG_VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  [null],
  { '': '' },
  '../../etc/passwd',
  "'; DROP TABLE request; --",
  '${jndi:ldap://x}',
  '{{7*7}}',
  '%00',
  '\r\nSet-Cookie: a=b',
  { toString: 1, valueOf: 2 },
  { constructor: { prototype: { a: 1 } } },
  { length: 1e9 },
  'NaN',
  '-0',
  '1e999',
];

/** Stand in the place of a whole body. */
const WRONG_TEXTS: readonly string[] = [
  '',
  ' ',
  'null',
  '[]',
  '{',
  '}',
  '"',
  '{"a":}',
  '{"a":1}}',
  'NaN',
  '{"__proto__":{"a":1}}',
  '\ufeff{}',
  '\u0000',
  '['.repeat(20_000),
  '{"a":'.repeat(20_000),
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `"${'\\u0000'.repeat(3000)}"`,
  `{"a":${'9'.repeat(50_000)}}`,
  `{"a":1e${'9'.repeat(400)}}`,
  `{${'"a":1,'.repeat(5000)}"b":2}`,
  '{"a":"\\ud800"}',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  'a=b&c=d',
  '--\r\n',
];

const WRONG_TYPES: readonly string[] = [
  'application/json; charset=utf-16',
  'application/json; charset=x',
  'application/xml',
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/vnd.a+json',
  'multipart/form-data; boundary=',
  'nonsense',
  '*/*',
];

/** Bodies that are wrong in ways that repeat themselves: made of one that is right. */
export function* hostileBodies(
  good: Json,
  count: number,
  seed: number,
): Generator<HostileBody, void, undefined> {
  const random = randomFrom(seed);
  const pick = <T>(values: readonly T[]): T => {
    const picked = values[Math.floor(random() * values.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  };
  const text = JSON.stringify(good);
  const makers: readonly (() => HostileBody)[] = [
    () => ofJson('wrong value', JSON.stringify(withWrongValue(good, random, pick(WRONG_VALUES)))),
    () => ofJson('cut off', text.slice(0, Math.floor(random() * text.length))),
    () => ({ ...ofJson('broken bytes', ''), bytes: withBrokenBytes(text, random) }),
    () => ofJson('nothing like it', pick(WRONG_TEXTS)),
    () => ({ ...ofJson('of another type', text), type: pick(WRONG_TYPES) }),
    () =>
      ofForm(
        'a form with a wrong value',
        JSON.stringify(withWrongValue(good, random, pick(WRONG_VALUES))),
        'vid\n1\n',
      ),
    () =>
      ofForm(
        'a form with a broken file',
        text,
        String.fromCharCode(...Array.from({ length: 200 }, () => random() * 256)),
      ),
    () => ({ ...ofForm('a form that is cut off', text, 'vid\n1\n'), bytes: cutForm(text, random) }),
  ];
  for (let n = 0; n < count; n += 1) {
    const made = (makers[n % makers.length] ?? makers[0])?.();
    if (made !== undefined) yield { ...made, title: `${String(n)}: ${made.title}` };
  }
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));

function ofJson(title: string, text: string): HostileBody {
  return { title, type: 'application/json', bytes: bytesOf(text) };
}

function formOf(request: string, file: string): string {
  return `${part('request', request)}${part('csv_file', file, 'people.csv')}${END_OF_FORM}`;
}

function ofForm(title: string, request: string, file: string): HostileBody {
  return { title, type: FORM_TYPE, bytes: bytesOf(formOf(request, file)) };
}

function cutForm(request: string, random: () => number): Uint8Array<ArrayBuffer> {
  const form = bytesOf(formOf(request, 'vid\n1\n'));
  return form.slice(0, Math.floor(random() * form.length));
}

function withBrokenBytes(text: string, random: () => number): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(text);
  for (let n = 0; n < 5; n += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

/** The same with one of its values, at any depth, exchanged. */
function withWrongValue(value: Json, random: () => number, wrong: Json): Json {
  if (typeof value !== 'object' || value === null || random() < 0.15) return wrong;
  const names = Object.keys(value);
  const chosen = names[Math.floor(random() * names.length)];
  if (chosen === undefined) return wrong;
  const entries = Object.entries(value).map(([name, one]): [string, Json] => [
    name,
    name === chosen ? withWrongValue(one, random, wrong) : one,
  ]);
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}
