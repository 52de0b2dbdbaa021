import type { StoredDefinitions } from './stored-database.ts';

/** Tables that take the place of others, and what belongs to them. */
export interface ExchangeJournal {
  readonly database: string;
  /** Hidden databases: where the tables lie that come, and where the live ones go. */
  readonly incoming: string;
  readonly outgoing: string;
  readonly tablesIn: readonly string[];
  readonly tablesOut: readonly string[];
  /** Whether there was no such database: then the exchange makes it, or nothing is touched. */
  readonly isNew: boolean;
  readonly charset: string;
  readonly collation: string;
  /** What the live database had before, and what it is to have. */
  readonly before: StoredDefinitions;
  readonly wanted: StoredDefinitions;
  /** False: of the definitions only triggers of the tables are touched. */
  readonly isWhole: boolean;
  /** Whose the definitions become: the owner that Larder keeps for the database, or who they were. */
  readonly definer: 'own' | 'kept';
}
