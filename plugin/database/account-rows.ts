import type { Account, PanelAccount } from '../domain/account.ts';
import { parseGeneration } from '../domain/ids.ts';

export interface AccountRow {
  readonly server: string;
  readonly name: string;
  readonly uid: number;
  readonly generation: string;
  readonly first_seen_at: number;
  readonly gone_at: number | null;
}

/** How table `accounts` must change so that it says what the panel says. */
export interface AccountChanges {
  readonly added: readonly PanelAccount[];
  /** Generations of accounts that the panel lists no longer. */
  readonly gone: readonly string[];
  /** Generations of accounts that it lists again. */
  readonly back: readonly string[];
}

export function planAccountChanges(rows: readonly AccountRow[], seen: readonly PanelAccount[]): AccountChanges {
  const known = new Set(rows.map(keyOf));
  const wanted = new Set(seen.map(keyOf));
  const isGone = (row: AccountRow): boolean => row.gone_at === null && !wanted.has(keyOf(row));
  const isBack = (row: AccountRow): boolean => row.gone_at !== null && wanted.has(keyOf(row));
  return {
    added: seen.filter((account) => !known.has(keyOf(account))),
    gone: rows.filter(isGone).map(({ generation }) => generation),
    back: rows.filter(isBack).map(({ generation }) => generation),
  };
}

/** What the panel lists, with the generations of `rows`, by name. */
export function withGenerations(seen: readonly PanelAccount[], rows: readonly AccountRow[]): Account[] {
  const generations = new Map(rows.map((row) => [keyOf(row), row.generation]));
  const accounts: Account[] = [];
  for (const account of seen) {
    const generation = generations.get(keyOf(account));
    if (generation !== undefined) accounts.push({ ...account, generation: parseGeneration(generation) });
  }
  return accounts.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function keyOf({ name, uid }: { readonly name: string; readonly uid: number }): string {
  return `${name}:${uid}`;
}
