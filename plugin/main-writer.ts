import { systemClock } from './platform/clock.ts';
import { openWriting } from './platform/open-writing.ts';
import { runWriter } from './sources/files/run-writer.ts';

/** Started by `openWriterChild`. Everything is loaded while the process still has the rights that it was started with. */
process.exitCode = await runWriter(process.argv.slice(2), await openWriting(), systemClock);
