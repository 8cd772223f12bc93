/** So many of what belongs to requests, by their ids: each is on some page, whatever the others are like. */
export interface Page {
  readonly limit: number;
  /** The last one of the page before; of the first page, one before all others. */
  readonly afterId: string;
}

/** What belongs to a request. */
export interface OfRequest {
  readonly requestId: string;
}

/** Before the id of any request. RFC 9562, section 5.9: the nil UUID. */
export const FIRST_PAGE_AFTER = '00000000-0000-0000-0000-000000000000';

/** Of a page whose `afterId` is $2. */
export const isAfter = (id: string): string => `${id} > $2::uuid`;
