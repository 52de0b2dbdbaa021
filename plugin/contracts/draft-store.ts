import type { Draft } from '../domain/draft.ts';
import type { Generation } from '../domain/ids.ts';

/** Keeps what people are choosing. Another generation's drafts are never found. */
export interface DraftStore {
  /** @returns undefined when there is none, whatever `id` is. */
  find(generation: Generation, id: string): Promise<Draft | undefined>;
  /** All or nothing; the oldest of the account give way to it. @throws {Failure} `no-space`, `quota-exceeded`. */
  save(generation: Generation, draft: Draft): Promise<void>;
}
