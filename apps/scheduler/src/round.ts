import { FIRST_PAGE_AFTER, type OfRequest, type Page } from '@mts/store';

/**
 * Goes round through more than is looked at at once, page by page, and begins anew after the last one: so each comes to its
 * turn, though those on other pages stay as they are. Every scheduler goes a round of its own.
 */
export class Round {
  private afterId = FIRST_PAGE_AFTER;

  constructor(private readonly limit: number) {}

  async next<T extends OfRequest>(read: (page: Page) => Promise<readonly T[]>): Promise<readonly T[]> {
    const page = await read({ limit: this.limit, afterId: this.afterId });
    const last = page.length < this.limit ? undefined : page.at(-1);
    this.afterId = last?.requestId ?? FIRST_PAGE_AFTER;
    return page;
  }
}
