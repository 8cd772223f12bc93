import { ApiError, type RecordState } from '@mts/domain';
import { DOWNLOAD_FORMAT_IDS, type DownloadFormatId } from '@mts/outputs';
import type { Request, ResultSelection } from '@mts/store';

import { pageNumber } from '../requests/page-number.js';

/**
 * How rows look: as the request asked (its outputFormat, else the default), by the default in any case, or as the records
 * stood in the list, with the result beside them.
 */
export const LAYOUTS = ['requested', 'default', 'original'] as const;
export type Layout = (typeof LAYOUTS)[number];

export const WANTED = ['processed', 'error', 'invalid', 'valid', 'duplicates'] as const;
export type Wanted = (typeof WANTED)[number];

/** What a caller wants of a result. */
export interface Selection {
  /** Undefined: as the request asked. */
  readonly format: DownloadFormatId | undefined;
  readonly layout: Layout;
  /** Empty: all rows. */
  readonly only: ReadonlySet<Wanted>;
  readonly fromLine: number;
  /** A byte order mark, which Excel needs to know UTF-8 by. */
  readonly bom: boolean;
}

/** As it stands in the URL; what is given twice comes as a list. */
export interface SelectionQuery {
  readonly format?: unknown;
  readonly layout?: unknown;
  readonly only?: unknown;
  readonly fromLine?: unknown;
  readonly bom?: unknown;
}

/** The largest number of a line that the tables can hold. */
export const LINE_MAX = 2_147_483_647;

/** @throws ApiError ATS-REQ-102 */
export function readSelection(query: SelectionQuery): Selection {
  // The first version of this address had one word for the layout, and called it a format.
  const isOldWord = query.format === 'default';
  return {
    format: isOldWord ? undefined : oneOf('format', query.format, DOWNLOAD_FORMAT_IDS),
    layout: oneOf('layout', query.layout, LAYOUTS) ?? (isOldWord ? 'default' : 'requested'),
    only: new Set(someOf('only', query.only, WANTED)),
    fromLine: pageNumber('fromLine', query.fromLine, { from: 1, to: LINE_MAX, otherwise: 1 }),
    bom: oneOf('bom', query.bom, ['true', 'false']) === 'true',
  };
}

/** Whether it is the whole result, in whichever layout. */
export function isComplete({ only, fromLine }: Selection): boolean {
  return only.size === 0 && fromLine === 1;
}

/** The records that are meant; undefined for all. */
export function recordsOf(
  { only }: Selection,
  request: Pick<Request, 'validateOnly'>,
): ResultSelection | undefined {
  if (only.size === 0) return undefined;
  const states = [...only].flatMap((wanted) => statesOf(wanted, request));
  return { states, duplicates: only.has('duplicates') };
}

/** A record that was not asked about stands in a result as an error, unless nobody was to be asked. */
function statesOf(wanted: Wanted, { validateOnly }: Pick<Request, 'validateOnly'>): readonly RecordState[] {
  if (wanted === 'processed' || wanted === 'invalid') return [wanted];
  if (wanted === 'error') return validateOnly ? ['error'] : ['error', 'submitted', 'sent', 'unknown'];
  return wanted === 'valid' && validateOnly ? ['submitted'] : [];
}

function oneOf<T extends string>(field: string, value: unknown, words: readonly T[]): T | undefined {
  if (value === undefined || value === '') return undefined;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new ApiError('ATS-REQ-102', { field, problem: `one of ${words.join(', ')} is expected` });
}

/** Separated by commas, or given several times. */
function someOf<T extends string>(field: string, value: unknown, words: readonly T[]): readonly T[] {
  const parts = [value ?? ''].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : ['?']));
  const given = parts.filter((part) => part !== '');
  const found = given.flatMap((part) => words.filter((word) => word === part));
  if (found.length === given.length) return found;
  throw new ApiError('ATS-REQ-102', { field, problem: `some of ${words.join(', ')} are expected` });
}
