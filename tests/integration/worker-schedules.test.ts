import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openMetadata } from '../../plugin/database/open-metadata.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { loadServerId } from '../../plugin/platform/server-id.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const day = 86_400_000;
/** The same disk, as places elsewhere. */
const elsewhere = (folder: string): string =>
  ['secondary', 'archives']
    .map(
      (role) => `\n[[destinations]]\nname = "${role}"\nrole = "${role}"\nkind = "local"\npath = "${folder}/${role}"\n`,
    )
    .join('');
const schedule = '\n[schedule]\nspread = false\nsystem = false\ndatabases = "never"\n';

suite('a worker that was off for four nights', () => {
  const folder = suiteFolder();
  const worker = new RunningWorker(folder);
  after(() => worker.kill());

  test('makes up for them once, copies, archives, and rotates afterwards', async () => {
    const installation = makeInstallation(folder, 1);
    writeFileSync(`${installation.homes[0]}/index.php`, '<?php');
    giveAway(installation.homes[0] ?? '', 20_001);
    appendFileSync(`${folder}/larder.toml`, elsewhere(folder) + schedule);
    installation.succeed('init', '--no-input', '--yes');
    await worker.start();
    await untilMarked();
    await worker.stop();
    await setBack(4 * day);
    await worker.start();
    const jobs = await untilDone('_server', 3);
    assert.deepEqual(
      jobs.map(({ kind, state }) => [kind, state]),
      [
        ['rotate', 'done'],
        ['copy', 'done'],
        ['scheduled-backup', 'done'],
      ],
    );
    const { points } = await worker.ask<'list'>({ kind: 'list', account: 'u1' });
    assert.deepEqual(
      points.map(({ kind }) => kind),
      ['nightly'],
    );
    assert.deepEqual(
      (await untilDone('u1', 1)).map(({ kind, state }) => [kind, state]),
      [['archive', 'done']],
    );
    const copied = await worker.ask<'list'>({ kind: 'list', account: 'u1', from: 'secondary' });
    assert.equal(copied.points.length, 1, 'the copy follows its night');
    const { archives } = await worker.ask<'archives'>({ kind: 'archives', account: 'u1' });
    assert.equal(archives.length, 1);
  });

  async function untilMarked(): Promise<void> {
    while ((await withTimetable((timetable) => timetable.dealtWith())).size === 0) await pause(50);
  }

  async function untilDone(account: string, count: number) {
    for (;;) {
      const { jobs } = await worker.ask<'jobs'>({ kind: 'jobs', account, limit: 10 });
      if (jobs.length >= count && jobs.every(({ finishedAt }) => finishedAt !== undefined)) return jobs;
      await pause(100);
    }
  }

  /** As if all had been dealt with so much earlier. */
  async function setBack(milliseconds: number): Promise<void> {
    await withTimetable(async (timetable) => {
      const marks = [...(await timetable.dealtWith())];
      const earlier = new Map(marks.map(([key, time]) => [key, new Date(time.getTime() - milliseconds)]));
      await timetable.setDealtWith(earlier, [...earlier.keys()]);
    });
  }

  async function withTimetable<Result>(
    act: (timetable: Awaited<ReturnType<typeof openMetadata>>['timetable']) => Promise<Result>,
  ): Promise<Result> {
    const { metadata: place, state } = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
    const metadata = await openMetadata({ metadata: place, server: await loadServerId(state), migrates: false });
    try {
      return await act(metadata.timetable);
    } finally {
      await metadata.close();
    }
  }
});
