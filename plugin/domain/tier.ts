import { usualTier, type Tier } from './proof-configuration.ts';

/** What is looked at of an account. */
export interface TieredAccount {
  readonly name: string;
  readonly package?: string | undefined;
}

/** What an account was promised: the first tier that names it, or the package it has bought. */
export function tierOf(tiers: readonly Tier[], account: TieredAccount): Tier {
  return tiers.find((tier) => isIn(tier, account)) ?? usualTier;
}

/**
 * The order in which accounts come back in a disaster: by their tier's order, never before those that it waits for.
 * Where tiers wait for each other in a circle, the order alone counts among them.
 */
export function planRestoreOrder<Account extends TieredAccount>(
  tiers: readonly Tier[],
  accounts: readonly Account[],
): Account[] {
  const waiting = accounts.toSorted((left, right) => {
    return tierOf(tiers, left).order - tierOf(tiers, right).order || (left.name < right.name ? -1 : 1);
  });
  const names = new Set(waiting.map(({ name }) => name));
  const ordered: Account[] = [];
  while (waiting.length > 0) {
    const place = Math.max(
      0,
      waiting.findIndex((account) => isFree(tiers, account, names)),
    );
    for (const account of waiting.splice(place, 1)) {
      names.delete(account.name);
      ordered.push(account);
    }
  }
  return ordered;
}

/** Whether none of those that wait must come back before. */
function isFree(tiers: readonly Tier[], account: TieredAccount, waiting: ReadonlySet<string>): boolean {
  const { after } = tierOf(tiers, account);
  if (after.length === 0) return true;
  return ![...waiting].some((name) => name !== account.name && after.some((pattern) => fits(pattern, name)));
}

function isIn({ accounts, packages }: Tier, account: TieredAccount): boolean {
  const isNamed = accounts.some((pattern) => fits(pattern, account.name));
  return isNamed || packages.some((pattern) => fits(pattern, account.package ?? ''));
}

/** `*` stands for any characters. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
