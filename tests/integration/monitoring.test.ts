import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { openProofSite } from '../support/proof-site.ts';

const rules = 'docs/monitoring/larder.rules.yml';
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

suite('what Prometheus reads', { skip: hasPromtool ? false : 'prometheus is not installed' }, () => {
  test('the alert rules are right in the eyes of promtool', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /SUCCESS: \d+ rules found/);
  });

  test('numbers of a real account are right in the eyes of promtool, and all that rules and dashboard name are there', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    await site.perform({ kind: 'verify', account: 'u1', full: true, due: false, repair: false });
    await site.perform({ kind: 'drill', account: 'u1', which: 'account' });
    await site.perform({ kind: 'watch' });
    const { text } = await site.perform({ kind: 'metrics' });
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    const named = [rules, 'docs/monitoring/grafana-dashboard.json'].flatMap((file) => {
      return readFileSync(file, 'utf8').match(/larder_[a-z_]+/g) ?? [];
    });
    const known = new Set(text.match(/^larder_[a-z_]+/gm));
    // A trend takes days, there is no alert where all is well, and no site is asked unless that is wanted.
    const later = ['larder_destination_days_left', 'larder_alerts', 'larder_last_drill_sites'];
    const missing = [...new Set(named)].filter((name) => !known.has(name) && !later.includes(name));
    assert.deepEqual(missing, []);
    assert.match(text, /^larder_accounts\{state="fresh"\} 1$/m);
    assert.match(text, /^larder_last_drill_passed\{account="u1"\} 1$/m);
    assert.match(text, /^larder_last_proven_timestamp_seconds\{account="u1"\} \d+/m);
    assert.match(text, /^larder_destination_stored_bytes\{destination="local"\} [1-9]\d*$/m);
  });
});

test('the dashboard is JSON with an expression in each panel', () => {
  const { panels } = JSON.parse(readFileSync('docs/monitoring/grafana-dashboard.json', 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  assert.ok(panels.length > 5);
  for (const { targets } of panels) for (const { expr } of targets) assert.match(expr, /larder_/);
});
