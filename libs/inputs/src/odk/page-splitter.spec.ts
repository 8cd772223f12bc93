import { describe, expect, it } from 'vitest';

import { OdkFault } from './fault.js';
import { PageReading } from './page.js';
import { PageSplitter } from './page-splitter.js';

const ROWS = [
  '{"vid":"12","note":"a \\"quoted\\" [bracket] and \\\\"}',
  '{"big":9007199254740993,"repeat":[{"value":[{"a":1}]},{}]}',
  '{}',
  '{"__id":"uuid:4","emoji":"😀"}',
];
const PAGE = `{"before":["x",{"y":"\\"value\\":["}],"value": [ ${ROWS.join(' ,\n')} ],"@odata.nextLink":"https://a/?b=[{","@odata.count":4}`;

function split(pieces: readonly string[]): { rows: readonly string[]; rest: string } {
  const splitter = new PageSplitter();
  const rows = pieces.flatMap((piece) => splitter.push(piece));
  return { rows, rest: splitter.rest() };
}

const inPieces = (text: string, length: number): string[] =>
  Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
    text.slice(at * length, (at + 1) * length),
  );

describe('a page of submissions', () => {
  it.each([1, 2, 3, 7, 64, 10_000])('is taken apart alike wherever it is cut, here after %i', (length) => {
    const { rows, rest } = split(inPieces(PAGE, length));
    expect(rows).toEqual(ROWS);
    expect(JSON.parse(rest)).toEqual({
      before: ['x', { y: '"value":[' }],
      value: [0, 0, 0, 0],
      '@odata.nextLink': 'https://a/?b=[{',
      '@odata.count': 4,
    });
  });

  it('that lacks anything leaves no JSON', () => {
    for (let length = 0; length < PAGE.length; length += 1) {
      const { rest } = split([PAGE.slice(0, length)]);
      expect(() => JSON.parse(rest) as unknown).toThrow(SyntaxError);
    }
  });

  it('whose rows are badly separated leaves no JSON either', () => {
    expect(() => JSON.parse(split(['{"value":[{}{}]}']).rest) as unknown).toThrow(SyntaxError);
    expect(JSON.parse(split(['{"value":[{},5,null]}']).rest)).toEqual({ value: [0, 5, null] });
  });

  it('only has rows in its own list of that name', () => {
    expect(split(['{"values":[{"a":1}],"x":{"value":[{"b":1}]},"value":[{"c":1}]}']).rows).toEqual([
      '{"c":1}',
    ]);
    expect(split(['[{"value":[{"a":1}]}]']).rows).toEqual([]);
  });

  it.each([
    '{"value":[{},5]}',
    '{"value":[{},0]}',
    '{"value":[[{}]]}',
    '{"value":{}}',
    '{"value":[{"a":]}]}',
    '[{}]',
    '"value"',
  ])('of something else than submissions is none: %s', async (text) => {
    await expect(new PageReading(new Response(text)).readOn(1000)).rejects.toMatchObject({
      code: 'MTS-ODK-104',
    });
  });

  it.each(['{"value":[]}', '{"value":null}', '{}', '{"value":[],"@odata.nextLink":"https://a/?b=1"}'])(
    'may be empty, and is the last one then: %s',
    async (text) => {
      const page = new PageReading(new Response(text));
      await page.readOn(1000);
      expect([page.take(), page.end]).toEqual([[], { next: undefined, count: undefined }]);
    },
  );

  it('with a piece beyond all measure is refused before it is all there', () => {
    const splitter = new PageSplitter();
    splitter.push('{"value":[{"a":"');
    expect(() => {
      for (let n = 0; n < 17; n += 1) splitter.push('x'.repeat(1_000_000));
    }).toThrow(OdkFault);
  });
});
