/**
 * An attacker: exchanges pairs of names with one another as fast as it can, until it is killed or has done so for a minute. Each exchange is one
 * step, so that both names are always there (renameat2 with RENAME_EXCHANGE).
 *   swap-entries.ts LEFT RIGHT [LEFT RIGHT …]
 */
import koffi from 'koffi';

const longestMilliseconds = 60_000;
const exchange = 2;
const currentFolder = -100;
const libc = koffi.load(null);
const rename = libc.func('int renameat2(int, const char*, int, const char*, unsigned int)');
const names = process.argv.slice(2);
const turns = Array.from({ length: names.length / 2 }, (_, index) => names.slice(index * 2, index * 2 + 2));

for (const [left, right] of turns) {
  if (rename(currentFolder, left, currentFolder, right, exchange) !== 0) throw new Error(`cannot exchange ${left}`);
}
process.stdout.write('swapping\n', () => {
  const end = performance.now() + longestMilliseconds;
  while (performance.now() < end) {
    for (const [left, right] of turns) rename(currentFolder, left, currentFolder, right, exchange);
  }
});
