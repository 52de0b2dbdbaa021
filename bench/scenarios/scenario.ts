import type { Goal } from '../measure/goal.ts';
import type { Stage } from '../measure/run-script.ts';
import type { Runs } from '../measure/rounds.ts';
import type { Tool, ToolName } from '../peers/tool.ts';
import type { Size } from '../workload/account-spec.ts';

/** What a scenario is given to work with. */
export interface Bench {
  /** Empty, the scenario's own; removed after it. */
  readonly folder: string;
  readonly size: Size;
  readonly rounds: number;
  /** Those that are here and that the scenario asked for. */
  readonly tools: readonly Tool[];
  readonly stage: Stage;
  /** Tells the person who waits what goes on. */
  say(line: string): void;
}

/** One question about speed or size, and how it is answered. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly tools: readonly ToolName[];
  readonly diskBytes: Readonly<Record<Size, number>>;
  run(bench: Bench): Promise<Report>;
}

/** An aligned table, the goals it is held to, and what one must know to read it. */
export interface Report {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
  readonly notes: readonly string[];
  /** Every single measurement, by what was measured. */
  readonly runs: Readonly<Record<string, Runs>>;
}
