import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { commands } from '../../../plugin/cli/commands.ts';
import { renderRoff } from '../../../plugin/cli/roff.ts';
import { runLarder } from '../../support/run-larder.ts';

const hasGroff = spawnSync('groff', ['--version']).status === 0;

function format(source: string): { text: string; warnings: string } {
  const { stdout, stderr } = spawnSync('groff', ['-k', '-man', '-Tutf8', '-ww', '-P-cbou'], {
    input: source,
    encoding: 'utf8',
  });
  return { text: stdout.normalize(), warnings: stderr };
}

for (const LANG of ['en_US.UTF-8', 'el_GR.UTF-8', 'de_DE.UTF-8']) {
  test(`every manual page is right in the eyes of groff (${LANG})`, { skip: !hasGroff }, async () => {
    const names = ['', ...commands.filter(({ audience }) => audience !== 'programs').map(({ name }) => name)];
    const pages: string[] = [];
    for (const name of names) {
      const { stdout, exitCode } = await runLarder(['man', ...name.split(' ').filter((word) => word !== '')], {
        environment: { LANG },
      });
      assert.equal(exitCode, 0, name);
      pages.push(stdout);
    }
    const { text, warnings } = format(pages.join('')); // each begins with a title of its own
    assert.equal(warnings, '');
    for (const name of names) {
      const title = ['larder', ...name.split(' ').filter((word) => word !== '')].join('-').toUpperCase();
      assert.ok(text.includes(`${title}(1)`), title);
    }
  });
}

test('what a manual page shows is what was written, whatever characters are in it', { skip: !hasGroff }, () => {
  const lines = ['.TH is no request here', "'nor this", 'a\\b -x --yes \'q\' "d" `g` ~/x ^ 100%', 'Ελλάδα “…” – 日本'];
  const page = renderRoff({ name: 'x', sections: [{ title: 'A "title"', blocks: [{ kind: 'code', lines }] }] });
  const { text } = format(`${page.join('\n')}\n`);
  for (const line of lines) assert.ok(text.includes(line), `${line}\n${text}`);
  assert.ok(text.includes('A "title"'));
});
