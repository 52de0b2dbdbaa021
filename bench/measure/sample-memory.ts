import { processTree, readProcessTable, readProportionalBytes } from './process-table.ts';

export type MemoryDetail = 'resident' | 'proportional';

export interface MemorySampler {
  /** The most that all processes of the tree together had at one look. */
  stop(): number;
}

const lookEveryMilliseconds = { resident: 100, proportional: 25 } as const;

/**
 * Looks at the process tree below `root` until stopped. `resident` is cheap and counts shared pages once per process;
 * `proportional` counts them once, and costs enough that times taken meanwhile should not be judged.
 */
export function sampleMemory(root: number, detail: MemoryDetail): MemorySampler {
  let peakBytes = 0;
  const look = (): void => {
    const tree = processTree(readProcessTable(), root);
    const bytes = tree.map((row) => (detail === 'resident' ? row.residentBytes : readProportionalBytes(row.id)));
    peakBytes = Math.max(
      peakBytes,
      bytes.reduce((sum, each) => sum + each, 0),
    );
  };
  const timer = setInterval(look, lookEveryMilliseconds[detail]);
  return {
    stop: () => {
      clearInterval(timer);
      return peakBytes;
    },
  };
}
