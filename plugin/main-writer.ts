import { systemClock } from './platform/clock.ts';
import { keepCompiledCode } from './platform/compile-cache.ts';
import { openWriting } from './platform/open-writing.ts';
import { runWriter } from './sources/files/run-writer.ts';

/** Started by `openWriterChild`. Everything is loaded while the process still has the rights that it was started with. */
const system = await openWriting();
keepCompiledCode();
process.exitCode = await runWriter(process.argv.slice(2), system, systemClock);
