import type { Generation } from './ids.ts';

/** A folder of archives, as it was found when metadata was lost. */
export interface FoundFolder {
  readonly folder: string;
  /** Whose it says it is. */
  readonly name: string;
  /** Undefined where this server has no such key. */
  readonly generation: Generation | undefined;
  /** When the newest archive began, whether it could be opened or not; 0 for none. */
  readonly newestAt: number;
  /** Why it is nobody's, or cannot be told. */
  readonly problem: 'no-key' | 'damaged' | undefined;
}

export interface PresentAccount {
  readonly generation: Generation;
  /** Whether there is a passphrase of its own. */
  readonly hasOwnKey: boolean;
}

/**
 * What to do with a folder. Of several of one name the one with the newest archive is meant, also when it cannot be opened:
 * the others are of customers who had the name before. An account loses no generation that has something: archives of its
 * own, or a key.
 * @param account as it is known now; undefined when the panel has none of that name.
 */
export function planAdoption(
  one: FoundFolder,
  found: readonly FoundFolder[],
  account: PresentAccount | undefined,
): 'adopt' | 'known' | 'no-key' | 'no-account' | 'damaged' {
  if (one.problem !== undefined || one.generation === undefined) return one.problem ?? 'no-key';
  if (account === undefined) return 'no-account';
  if (account.generation === one.generation) return 'known';
  const others = found.filter(({ name, folder }) => name === one.name && folder !== one.folder);
  const isRival = ({ generation, newestAt }: FoundFolder): boolean =>
    generation !== undefined && (generation === account.generation || newestAt >= one.newestAt);
  return account.hasOwnKey || others.some(isRival) ? 'no-account' : 'adopt';
}
