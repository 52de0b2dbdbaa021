import { schedule } from 'node-cron';

/** Calls `onMinute` at the beginning of each minute, until it is stopped. */
export function startMinuteTick(onMinute: () => Promise<void>): { stop(): Promise<void> } {
  const task = schedule('* * * * *', () => onMinute(), { noOverlap: true });
  return {
    async stop() {
      await task.destroy();
    },
  };
}
