import { openChildPool, type ChildPool, type ChildPoolOptions } from './child-pool.ts';

export interface ReadersOptions {
  readonly pages: ChildPoolOptions;
  readonly downloads: ChildPoolOptions;
}

/**
 * Two pools that look like one: what sends bytes has processes of its own, for it lasts as long as who takes them is slow.
 * No other request waits for it, not even one of the same account.
 */
export function openReaders({ pages, downloads }: ReadersOptions): ChildPool {
  const reading = openChildPool(pages);
  const sending = openChildPool(downloads);
  return {
    read: (account, errand) => (errand.sink === undefined ? reading : sending).read(account, errand),
    prepare: () => reading.prepare(),
    async close() {
      await Promise.all([reading.close(), sending.close()]);
    },
  };
}
