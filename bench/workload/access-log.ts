import { drawWord } from './vocabulary.ts';
import type { Random } from './random.ts';

const browsers = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1',
  'Mozilla/5.0 (compatible; ExampleBot/2.1)',
];

/** About `sizeBytes` of web server log. */
export function writeAccessLog(random: Random, sizeBytes: number): Buffer {
  let log = '';
  while (log.length < sizeBytes) log += writeRequest(random);
  return Buffer.from(log, 'latin1');
}

function writeRequest(random: Random): string {
  const client = `10.${String(random.below(256))}.${String(random.below(256))}.${String(random.below(256))}`;
  const clock = `${String(random.between(10, 23))}:${String(random.between(10, 59))}:${String(random.between(10, 59))}`;
  const request = `"GET /${drawWord(random)}/${drawWord(random)}/?p=${String(random.below(9000))} HTTP/1.1"`;
  const answer = `${String(random.pick([200, 200, 200, 304, 404]))} ${String(random.below(90_000))}`;
  return `${client} - - [14/Nov/2026:${clock} +0200] ${request} ${answer} "-" "${random.pick(browsers)}"\n`;
}
