/** The machine as others use it too. */
export interface Machine {
  /** How many processes want to run, on average over the last minute. */
  load(): number;
  /** From now on this process and its new threads give way to others. */
  giveWay(limits: { readonly nice: number; readonly ioPriority: 'idle' | 'low' | 'usual' }): void;
  /** Resolves after so long, or when the signal fires. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}
