import type { RecoveryProof } from '../domain/recovery-proof.ts';

/** When recovery keys were last proven to open everything. Of the keys themselves nothing but the public half is kept. */
export interface RecoveryProofs {
  list(): Promise<readonly RecoveryProof[]>;
  /** In the place of what is known of this key. @throws {Failure} `metadata-unreachable`. */
  note(proof: RecoveryProof): Promise<void>;
}
