import type { ExchangeJournal } from '../../domain/exchange-journal.ts';
import type { StoredDefinitions } from '../../domain/stored-database.ts';
import { withoutDefiner } from './definer.ts';

export interface DefinitionChanges {
  readonly drop: StoredDefinitions;
  readonly make: StoredDefinitions;
}

/**
 * What to drop and what to make so that a database has the definitions that are wanted. Those that are the same stay, so
 * that nothing is without them for a moment; triggers have gone with their tables.
 * @param live as they are after the tables were exchanged.
 */
export function planDefinitions(
  live: StoredDefinitions,
  { wanted, isWhole, definer, tablesIn }: Pick<ExchangeJournal, 'wanted' | 'isWhole' | 'definer' | 'tablesIn'>,
): DefinitionChanges {
  const keepsDefiner = definer === 'kept';
  const tables = new Set(tablesIn);
  const isOurs = ({ table }: { table: string }) => isWhole || tables.has(table);
  const triggers = planKind(live.triggers.filter(isOurs), wanted.triggers.filter(isOurs), keepsDefiner);
  if (!isWhole) return pair({ routines: same, views: same, triggers, events: same });
  return pair({
    routines: planKind(live.routines, wanted.routines, keepsDefiner),
    views: planKind(live.views, wanted.views, keepsDefiner),
    triggers,
    events: planKind(live.events, wanted.events, keepsDefiner),
  });
}

interface Planned<Item> {
  readonly drop: readonly Item[];
  readonly make: readonly Item[];
}

const same = { drop: [], make: [] };

function planKind<Item extends { readonly name: string; readonly sql: string; readonly kind?: string }>(
  live: readonly Item[],
  wanted: readonly Item[],
  keepsDefiner: boolean,
): Planned<Item> {
  const keyOf = (item: Item) => keyFor(item, keepsDefiner);
  const there = new Set(live.map(keyOf));
  const needed = new Set(wanted.map(keyOf));
  return {
    drop: live.filter((item) => !needed.has(keyOf(item))),
    make: wanted.filter((item) => !there.has(keyOf(item))),
  };
}

function keyFor(item: { readonly sql: string; readonly kind?: string; readonly name: string }, keepsDefiner: boolean) {
  const sql = keepsDefiner ? item.sql : withoutDefiner(item.sql);
  return JSON.stringify({ ...item, sql, definer: keepsDefiner ? undefined : null, columns: undefined });
}

function pair(kinds: {
  readonly routines: Planned<StoredDefinitions['routines'][number]>;
  readonly views: Planned<StoredDefinitions['views'][number]>;
  readonly triggers: Planned<StoredDefinitions['triggers'][number]>;
  readonly events: Planned<StoredDefinitions['events'][number]>;
}): DefinitionChanges {
  const { routines, views, triggers, events } = kinds;
  return {
    drop: { routines: routines.drop, views: views.drop, triggers: triggers.drop, events: events.drop },
    make: { routines: routines.make, views: views.make, triggers: triggers.make, events: events.make },
  };
}
