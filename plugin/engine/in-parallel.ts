/**
 * Does `work` for each item in their order, so many at a time. Once one is rejected no other is begun; those that were begun
 * come to their end before it is told.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items].toReversed();
  let hasFailed = false;
  const run = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined && !hasFailed; item = waiting.pop()) {
      await work(item).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, run));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
