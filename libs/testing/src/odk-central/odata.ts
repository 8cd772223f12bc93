import { compileFilter, type Test } from './filter.js';
import type { FormField, OdkForm, Submission } from './forms.js';
import {
  noSkiptoken,
  ProblemError,
  selectWithExpand,
  unknownProperty,
  unsupported,
  unsupportedExpand,
  wrongType,
  internal,
} from './problems.js';

/** A page: its rows, and what follows them. */
export interface Page {
  readonly rows: Iterable<Submission>;
  readonly footer: Readonly<Record<string, unknown>>;
}

export interface PageContext {
  /** What the server takes for its own address, whatever it was called by. */
  readonly domain: string;
  /** Before v2023.4 pages are counted, not cursored. */
  readonly paging: 'cursor' | 'skip';
}

const OPTIONS = new Set([
  '$top',
  '$skip',
  '$count',
  '$filter',
  '$select',
  '$expand',
  '$skiptoken',
  '$orderby',
  '$wkt',
]);

/** Answers `…/{form}.svc/Submissions` as ODK Central does. @throws ProblemError */
export function answerPage(form: OdkForm, url: URL, context: PageContext): Page {
  const query = url.searchParams;
  const wrong = [...query.keys()].find((name) => !OPTIONS.has(name));
  if (wrong !== undefined) throw new ProblemError(unsupported(wrong));
  if (query.has('$orderby') && query.has('$skiptoken'))
    throw new ProblemError(unsupported('using $orderby and $skiptoken together'));
  const [top, skip] = [numberOf(query, '$top'), numberOf(query, '$skip')];
  const test = query.has('$filter') ? compileFilter(query.get('$filter') ?? '') : undefined;
  const shape = shapeOf(query, form.fields);
  const chosen = indicesOf(form, test, query.get('$orderby'));
  const from = query.has('$skiptoken')
    ? afterCursor(form, chosen, query.get('$skiptoken') ?? '')
    : (skip ?? 0);
  const page = chosen.slice(from, top === undefined ? undefined : from + top);
  const service = `${context.domain}${url.pathname.slice(0, url.pathname.lastIndexOf('/'))}`;
  const next = nextQuery(query, context, { from, length: page.length, total: chosen.length, skip }, () =>
    form.submissions.at(page.at(-1) ?? -1),
  );
  return {
    rows: rowsOf(form, page, shape),
    footer: {
      '@odata.context': `${service}/$metadata#Submissions`,
      ...(next === undefined ? {} : { '@odata.nextLink': `${context.domain}${url.pathname}?${next}` }),
      ...(query.get('$count') === 'true' ? { '@odata.count': chosen.length } : {}),
    },
  };
}

function* rowsOf(form: OdkForm, indices: readonly number[], shape: Shape): Generator<Submission> {
  for (const index of indices) {
    const row = form.submissions.at(index);
    if (row !== undefined) yield shape(row);
  }
}

function indicesOf(form: OdkForm, test: Test | undefined, orderBy: string | null): readonly number[] {
  const all = Array.from({ length: form.submissions.length }, (_, index) => index);
  const chosen = test === undefined ? all : all.filter((index) => holds(test, form.submissions.at(index)));
  return orderBy?.endsWith(' asc') === true ? chosen.toReversed() : chosen;
}

function holds(test: Test, row: Submission | undefined): boolean {
  return row !== undefined && test(row);
}

/** A cursor on a row that is gone for good leads to nothing, without a word. */
function afterCursor(form: OdkForm, chosen: readonly number[], token: string): number {
  const id = cursorOf(token);
  const index = form.submissions.indexOf(id);
  const at = index === -1 ? -1 : chosen.indexOf(index);
  return at === -1 ? chosen.length : at + 1;
}

function cursorOf(token: string): string {
  try {
    if (!token.startsWith('01')) throw new ProblemError(noSkiptoken);
    const cursor = JSON.parse(Buffer.from(token.slice(2), 'base64').toString()) as {
      instanceId: string | null;
    };
    return cursor.instanceId ?? '';
  } catch {
    throw new ProblemError(noSkiptoken);
  }
}

interface Place {
  readonly from: number;
  readonly length: number;
  readonly total: number;
  readonly skip: number | undefined;
}

/** With `$skip` there is always a next page, be it an empty one; else as long as rows remain. */
function nextQuery(
  query: URLSearchParams,
  { paging }: PageContext,
  { from, length, total, skip }: Place,
  last: () => Submission | undefined,
): string | undefined {
  const next = new URLSearchParams(query);
  const remains = from + length < total;
  if (paging === 'skip') {
    if (!query.has('$top') || !remains) return undefined;
    next.set('$skip', String(from + length));
    return next.toString();
  }
  const isSkipping = skip !== undefined && !query.has('$skiptoken');
  if (query.get('$top') === '0' || (!isSkipping && !(remains && query.has('$top')))) return undefined;
  if (query.has('$skiptoken') && length === 0) return undefined;
  next.delete('$skip');
  const cursor = JSON.stringify({ instanceId: last()?.['__id'] ?? null });
  next.set('$skiptoken', `01${Buffer.from(cursor).toString('base64')}`);
  return next.toString();
}

type Shape = (row: Submission) => Submission;

function shapeOf(query: URLSearchParams, fields: readonly FormField[]): Shape {
  const [select, expand] = [query.get('$select'), query.get('$expand')];
  if (expand !== null && expand !== '*') throw new ProblemError(unsupportedExpand(expand));
  if (expand !== null && select !== null) throw new ProblemError(selectWithExpand);
  if (select !== null) return selecting(select.split(','), fields);
  if (expand !== null) return (row) => row;
  const repeats = new Set(fields.filter(({ type }) => type === 'repeat').map(({ path }) => path.slice(1)));
  return (row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !repeats.has(name))) as Submission;
}

function selecting(names: readonly string[], fields: readonly FormField[]): Shape {
  const known = new Set(fields.map(({ path }) => path.slice(1)));
  for (const name of names) {
    if (!known.has(name) && name !== '__id' && name !== '__system' && !name.startsWith('__system/'))
      throw new ProblemError(unknownProperty(name));
  }
  const paths = names.map((name) => name.split('/'));
  return (row) => pick(row, paths) as Submission;
}

/** The order of the row stays. */
function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0) || typeof value !== 'object' || value === null) return value;
  const picked = Object.entries(value).flatMap(([name, part]) => {
    const deeper = paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    return deeper.length === 0 ? [] : [[name, pick(part, deeper)] as const];
  });
  return Object.fromEntries(picked);
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = Number.parseInt(text, 10);
  if (Number.isNaN(number)) throw new ProblemError(wrongType('NaN', 'bigint'));
  if (number < 0) throw new ProblemError(internal);
  return number;
}
