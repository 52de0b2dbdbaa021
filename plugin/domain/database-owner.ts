/**
 * Whose database it is where no panel says: the account's by whose name it begins, followed by `_` or nothing. Of two
 * such accounts, `maria` and `maria_shop`, it is the longer one's.
 */
export function ownerOf(database: string, accounts: readonly string[]): string | undefined {
  const fitting = accounts.filter((account) => database === account || database.startsWith(`${account}_`));
  return fitting.toSorted((one, other) => other.length - one.length)[0];
}
