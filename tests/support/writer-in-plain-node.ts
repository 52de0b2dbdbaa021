/** The writer child as it is where native calls do not work. */
import { systemClock } from '../../plugin/platform/clock.ts';
import { openNodeCodec } from '../../plugin/platform/node-codec.ts';
import { openWriting } from '../../plugin/platform/open-writing.ts';
import { runWriter } from '../../plugin/sources/files/run-writer.ts';

process.exitCode = await runWriter(
  process.argv.slice(2),
  { ...(await openWriting('node')), codec: openNodeCodec() },
  systemClock,
);
