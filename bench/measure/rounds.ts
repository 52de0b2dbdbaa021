import type { Measurement } from './measurement.ts';
import type { ToolName } from '../peers/tool.ts';

/** Every measurement of each tool, in the order of the rounds. */
export type Runs = ReadonlyMap<ToolName, readonly Measurement[]>;

/** What happens in each round; rounds are counted from 1. */
export interface RoundSteps<Participant> {
  /** Before any tool's turn: what is the same for all. */
  readonly before?: (round: number) => Promise<void>;
  readonly turn: (participant: Participant, round: number) => Promise<Measurement>;
}

/** A B C, A B C, A B C: what disturbs the machine for a while disturbs all tools alike. */
export async function measureInRounds<Participant extends { readonly name: ToolName }>(
  participants: readonly Participant[],
  rounds: number,
  steps: RoundSteps<Participant>,
): Promise<Runs> {
  const runs = new Map(participants.map(({ name }): [ToolName, Measurement[]] => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    await steps.before?.(round);
    for (const participant of participants) runs.get(participant.name)?.push(await steps.turn(participant, round));
  }
  return runs;
}
