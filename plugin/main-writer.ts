import { systemClock } from './platform/clock.ts';
import { keepCompiledCode } from './platform/compile-cache.ts';
import { openCodec } from './platform/open-native.ts';
import { openWriting } from './platform/open-writing.ts';
import { runWriter } from './sources/files/run-writer.ts';

/** Started by `openWriterChild`. Everything is loaded while the process still has the rights that it was started with. */
const [writing, codec] = await Promise.all([openWriting(), openCodec()]);
keepCompiledCode();
process.exitCode = await runWriter(process.argv.slice(2), { ...writing, codec }, systemClock);
