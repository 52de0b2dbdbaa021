/**
 * Everything about the source that needs no run of the product: `npm run check`. Each step runs even when an
 * earlier one failed, so that one run shows all there is to mend.
 */
import { spawnSync } from 'node:child_process';

const steps = ['types', 'lint', 'unused', 'rules'];

const failed = steps.filter((step) => {
  process.stdout.write(`\n── npm run ${step}\n`);
  return spawnSync('npm', ['run', '--silent', step], { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0;
});

process.stdout.write(failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join(', ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);
