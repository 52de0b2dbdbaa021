/** Exchanges two entries for each other, again and again, until it is killed: swap-entries.ts ONE OTHER */
import koffi from 'koffi';

const [one = '', other = ''] = process.argv.slice(2);
const longestMilliseconds = 60_000;
const exchange = 2; // RENAME_EXCHANGE, renameat2(2)
const rename = koffi.load(null).func('int renameat2(int, const char*, int, const char*, unsigned int)') as unknown as (
  ...values: readonly unknown[]
) => number;
if (rename(-100, one, -100, other, exchange) !== 0) throw new Error(`error ${koffi.errno()}`);
process.stdout.write('swapping\n');
for (;;) rename(-100, one, -100, other, exchange);
