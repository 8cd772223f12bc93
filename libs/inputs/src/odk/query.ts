import type { OdkSource } from './source.js';

/** Rows of one answer. ODK Central takes a second or two for each, however few they are. */
export const PAGE_RECORDS = 2500;

/** How a pull begins. */
export interface FirstQuery {
  /** Begins with `?`, unless it is empty. */
  readonly text: string;
  /** The caller has said which part of the rows it wants: there is no page after this, and no count to compare with. */
  readonly isOnlyPage: boolean;
}

/** Options with which the caller's own query decides how much is answered; cursors do not go with them. */
const OWN_PAGING = ['$top', '$skip', '$skiptoken', '$orderby'];

/**
 * What is asked of ODK Central first. Of the options that `odataurl` came with all are kept; a filter of its own holds
 * beside the dates. Never `$orderby`: Central gives a cursor with it that it then refuses.
 *
 * @param shape what of each row is wanted, see fields.ts
 */
export function firstQuery(
  { address, start, end }: Pick<OdkSource, 'address' | 'start' | 'end'>,
  shape: Readonly<Record<string, string>>,
  pageRecords = PAGE_RECORDS,
): FirstQuery {
  const own = new URLSearchParams(address.ownQuery);
  const isOnlyPage = OWN_PAGING.some((name) => own.has(name));
  const options = new Map([...own].filter(([name]) => name !== '$count' && name !== '$filter'));
  const filter = [...own.getAll('$filter').map((text) => `(${text})`), ...dates(start, end)].join(' and ');
  if (filter !== '') options.set('$filter', filter);
  if (!own.has('$select') && !own.has('$expand'))
    for (const [name, value] of Object.entries(shape)) options.set(name, value);
  if (!isOnlyPage) options.set('$top', String(pageRecords)).set('$count', 'true');
  return { text: written(options), isOnlyPage };
}

function dates(start: Date | undefined, end: Date | undefined): string[] {
  const field = '__system/submissionDate';
  return [
    ...(start === undefined ? [] : [`${field} ge ${start.toISOString()}`]),
    ...(end === undefined ? [] : [`${field} lt ${end.toISOString()}`]),
  ];
}

/** Nothing is encoded that may stand in a query as it is (RFC 3986 §3.4); a plus, which would be a blank, always is. */
function written(options: ReadonlyMap<string, string>): string {
  const parts = Array.from(options, ([name, value]) => `${plainly(name)}=${plainly(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function plainly(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(?:24|2F|3A|2C)/g, decodeURIComponent);
}
