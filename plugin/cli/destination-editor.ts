import type { DestinationTest } from '../protocol/copies.ts';

/** Key and value, as they are typed; the keys are those of the configuration file. */
export type DestinationFields = readonly (readonly [key: string, value: string])[];

/** What opens an S3 destination. `file`: in TOML as the credentials file has it; `-` is standard input. */
export type Credentials =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'typed'; readonly accessKeyId: string; readonly secretAccessKey: string };

/** Changes the configuration file of this machine: nobody can ask the worker for that. All throw `configuration-invalid`. */
export interface DestinationEditor {
  /** What would be written. */
  planAdd(fields: DestinationFields): Promise<{
    readonly file: string;
    readonly lines: readonly string[];
    readonly credentialsFile: string | undefined;
    readonly needsCredentials: boolean;
  }>;
  /**
   * Tries the place out first, unless told not to; where something is bad nothing is written, credentials neither.
   * @throws {Failure} also `key-unusable`, `state-unsafe`, `not-allowed`.
   */
  add(
    fields: DestinationFields,
    options: { readonly credentials: Credentials | undefined; readonly isTested: boolean },
  ): Promise<{ readonly test: DestinationTest | undefined; readonly isWritten: boolean }>;
  /** @throws {Failure} also `unknown-destination`. */
  planRemove(name: string): Promise<{ readonly file: string; readonly lines: readonly string[] }>;
  /** Deletes nothing at the destination. @throws {Failure} also `unknown-destination`. */
  remove(name: string): Promise<void>;
}
