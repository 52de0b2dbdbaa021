import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import type { PackedBlob, TreeWriter } from '../../../../plugin/contracts/tree-writer.ts';
import { parseBlobId, type BlobId } from '../../../../plugin/domain/ids.ts';
import { openOwnWriter } from '../../../../plugin/sources/files/own-writer.ts';
import { systemClock } from '../../../../plugin/platform/clock.ts';
import { compileCacheEnvironment } from '../../../../plugin/platform/compile-cache.ts';
import { openNodeCodec } from '../../../../plugin/platform/node-codec.ts';
import { openWriting } from '../../../../plugin/platform/open-writing.ts';
import { isRoot, needsRoot } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';
import { openTenantWriter, problemsOf, tenant } from '../../../support/restore-site.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { asTenant, attributes, writeFile } from '../../../support/tenant-files.ts';

function makeTarget(t: TestContext): string {
  const target = join(temporaryFolder(t), 'target');
  mkdirSync(target, { mode: 0o700 });
  asTenant(target);
  return target;
}

/** The child that this process started last. */
function childOf(): number {
  const found = spawnSync('pgrep', ['-n', '-P', String(process.pid), '-f', 'main-writer'], { encoding: 'utf8' });
  return Number(found.stdout.trim());
}

async function open(t: TestContext, changes: Parameters<typeof openTenantWriter>[1] = {}): Promise<Opened> {
  const target = makeTarget(t);
  const writer = await openTenantWriter(target, changes);
  t.after(() => writer.close());
  return { target, writer, pid: childOf() };
}

interface Opened {
  readonly target: string;
  readonly writer: TreeWriter;
  readonly pid: number;
}

/** Runs a shell command as the tenant. */
function tryAsTenant(command: string): number | null {
  const ids = isRoot ? { uid: tenant.uid, gid: tenant.gid } : {};
  return spawnSync('/bin/sh', ['-c', command], { ...ids, stdio: 'ignore' }).status;
}

function nameOf(content: Buffer): BlobId {
  return parseBlobId(createHash('sha256').update(content).digest('hex'));
}

suite('the writer child', () => {
  test('is the tenant in every thread, with one group and no rights left', async (t) => {
    const { pid } = await open(t);
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
      const { uid, gid } = tenant;
      assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
      assert.match(status, new RegExp(`^Gid:\\t${gid}\\t${gid}\\t${gid}\\t${gid}$`, 'm'));
      assert.match(status, /^CapPrm:\t0+$/m);
      if (!isRoot) continue;
      assert.match(status, new RegExp(`^Groups:\\t${gid} $`, 'm'));
      assert.match(status, /^NoNewPrivs:\t1$/m);
      assert.match(status, /^CapBnd:\t00000000000000c0$/m); // CAP_SETGID and CAP_SETUID
    }
  });

  test('cannot be traced, and shows its tenant nothing', { skip: needsRoot }, async (t) => {
    const { pid } = await open(t);
    assert.equal(statSync(`/proc/${pid}/environ`).uid, 0);
    assert.notEqual(tryAsTenant(`cat /proc/${pid}/environ`), 0);
    assert.notEqual(tryAsTenant(`cat /proc/${pid}/maps`), 0);
    assert.notEqual(tryAsTenant(`ls /proc/${pid}/fd/`), 0);
    assert.notEqual(tryAsTenant(`timeout 5 strace -p ${pid}`), 0);
    assert.equal(tryAsTenant(`cat /proc/${pid}/status`), 0);
  });

  test('has nothing in its environment but where compiled code lies, and no descriptor of its parent', async (t) => {
    const secret = join(temporaryFolder(t), 'secret');
    writeFileSync(secret, 'secret');
    const descriptor = openSync(secret, 'r');
    t.after(() => closeSync(descriptor));
    const { pid, target } = await open(t);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    const code = Object.entries(compileCacheEnvironment()).map(([name, folder]) => `${name}=${folder}`);
    const known = ['LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'UV_USE_IO_URING=0'];
    assert.deepEqual(new Set(environment), new Set([...known, ...code]));
    const links = execFileSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' });
    assert.doesNotMatch(links, /secret/);
    const files = [...links.matchAll(/-> (\/.*)$/gm)]
      .map(([, path]) => path)
      .filter((path) => !path?.startsWith('/dev/'));
    assert.deepEqual(files, [target]);
  });

  test('gets nothing through descriptors that its parent was itself given', (t) => {
    const target = makeTarget(t);
    const secret = join(target, '..', 'secret');
    writeFileSync(secret, 'secret');
    const script = join(import.meta.dirname, '../../../support/list-child-descriptors.ts');
    const words = ['-c', `exec "$0" "$1" "$2" 251<"$3"`, process.execPath, script, target, secret];
    const shown = spawnSync('/bin/bash', words, { encoding: 'utf8' });
    assert.match(shown.stdout, /parent: .*secret/, shown.stderr);
    assert.match(shown.stdout, /child: /);
    assert.doesNotMatch(shown.stdout, /child: .*secret/);
  });

  test('removes files, links and empty folders, never what a link leads to, and gives folders their time', async (t) => {
    const { writer, target } = await open(t);
    const outside = join(temporaryFolder(t), 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'kept');
    mkdirSync(join(target, 'folder', 'full'), { recursive: true });
    for (const name of ['file', 'folder/file', 'folder/full/file']) writeFileSync(join(target, name), name);
    symlinkSync(outside, join(target, 'link'));
    symlinkSync(outside, join(target, 'folder', 'way'));
    asTenant(target);
    await writer.enter(Buffer.from('folder'), true);
    await writer.remove(Buffer.from('file'));
    await writer.remove(Buffer.from('full'));
    await writer.enter(Buffer.from('way'), true);
    await writer.remove(Buffer.from('file'));
    await writer.leave(attributes());
    await writer.setTime({ seconds: 1_600_000_000, nanoseconds: 7 });
    await writer.leave(attributes());
    for (const name of ['file', 'link', 'nothing']) await writer.remove(Buffer.from(name));
    await writer.setTime({ seconds: 1_500_000_000, nanoseconds: 0 });
    const report = await writer.finish(undefined);
    assert.deepEqual(problemsOf(report), ['!in-the-way folder/full', '!in-the-way folder/way']);
    assert.deepEqual(readdirSync(target), ['folder']);
    assert.deepEqual(readdirSync(join(target, 'folder')).toSorted(), ['full', 'way']);
    assert.equal(readFileSync(join(outside, 'file'), 'utf8'), 'kept');
    assert.deepEqual(
      [target, join(target, 'folder')].map((folder) => Math.floor(statSync(folder).mtimeMs / 1000)),
      [1_500_000_000, 1_600_000_000],
    );
  });

  const halfHole = Buffer.concat([Buffer.from('begin'), Buffer.alloc(655_360), Buffer.from('end')]);

  for (const [what, content] of Object.entries({ text: Buffer.from('text '.repeat(9000)), 'a hole': halfHole })) {
    test(`unpacks ${what} and compares it with its name`, async (t) => {
      const { writer, target } = await open(t);
      const bytes = zstdCompressSync(content);
      await writer.beginFile(Buffer.from('file'), attributes());
      await writer.packed({ id: nameOf(content), plainLength: content.length, bytes });
      await writer.packed({ id: nameOf(content), plainLength: 0, bytes: content });
      await writer.endFile();
      const { bytes: written, problemCount } = await writer.finish(undefined);
      assert.deepEqual([written, problemCount], [content.length * 2, 0]);
      assert.ok(readFileSync(join(target, 'file')).equals(Buffer.concat([content, content])));
      if (content === halfHole) assert.ok(statSync(join(target, 'file')).blocks * 512 < content.length);
    });
  }

  const text = Buffer.from('text '.repeat(9000));
  const [other, frame] = [Buffer.from('other'), zstdCompressSync(text)];
  const damaged: Readonly<Record<string, PackedBlob>> = {
    'the content of another blob': { id: nameOf(text), plainLength: 0, bytes: other },
    'a frame of another blob': { id: nameOf(other), plainLength: text.length, bytes: frame },
    'a frame of another size': { id: nameOf(text), plainLength: text.length - 1, bytes: frame },
    'a cut frame': { id: nameOf(text), plainLength: text.length, bytes: frame.subarray(0, -3) },
    'no frame': { id: nameOf(text), plainLength: text.length, bytes: other },
  };
  for (const [what, blob] of Object.entries(damaged)) {
    test(`leaves out a file for which ${what} comes, and keeps what was there`, async (t) => {
      const { writer, target } = await open(t);
      writeFileSync(join(target, 'file'), 'before');
      for (const name of ['file', 'new']) {
        await writer.beginFile(Buffer.from(name), attributes());
        await writer.packed({ id: nameOf(text), plainLength: text.length, bytes: frame });
        await writer.packed(blob);
        await writer.packed({ id: nameOf(text), plainLength: text.length, bytes: frame });
        await writer.endFile();
      }
      const report = await writer.finish(undefined);
      assert.deepEqual(problemsOf(report), ['!content-missing file', '!content-missing new']);
      assert.deepEqual([report.files, readdirSync(target)], [0, ['file']]);
      assert.equal(readFileSync(join(target, 'file'), 'utf8'), 'before');
    });
  }

  test('is refused for root', { skip: needsRoot }, async (t) => {
    await failsWith('restore-refused', () => openTenantWriter(makeTarget(t), { uid: 0 }));
    await failsWith('restore-refused', () => openTenantWriter(makeTarget(t), { gid: 0 }));
    const system = { ...(await openWriting()), codec: openNodeCodec() };
    const target = openSync(makeTarget(t), 'r');
    await failsWith('restore-refused', () => openOwnWriter({ ...system, clock: systemClock, trustedUids: [], target }));
    closeSync(target);
  });

  test('needs no rights along the way to the target', { skip: needsRoot }, async (t) => {
    const { target, writer } = await open(t);
    chmodSync(join(target, '..'), 0o700);
    await writeFile(writer, 'file', 'content');
    assert.equal((await writer.finish(undefined)).files, 1);
    assert.equal(readFileSync(join(target, 'file'), 'utf8'), 'content');
  });

  test('that never comes up is a failure', async (t) => {
    await failsWith('writer-stopped', () => openTenantWriter(makeTarget(t), { program: '/nonexistent.ts' }));
  });
});

suite('a tenant who disturbs the child ends only their own restore', () => {
  const large = Buffer.alloc(1_048_576, 'x');
  const writeForEver = async (writer: TreeWriter): Promise<void> => {
    for (let file = 0; ; file++) await writeFile(writer, `file-${file % 10}`, large);
  };

  test('killed: the parent is told', async (t) => {
    const { writer, pid } = await open(t);
    await writeFile(writer, 'first', 'x');
    assert.equal(tryAsTenant(`kill -KILL ${pid}`), 0);
    const facts = await failsWith('writer-stopped', () => writeForEver(writer));
    assert.match(facts.problem, /SIGKILL/);
  });

  test('stopped while it writes: it is killed after the time it has', async (t) => {
    const { writer, pid } = await open(t, { stallMilliseconds: 6000 });
    assert.equal(tryAsTenant(`kill -STOP ${pid}`), 0);
    const facts = await failsWith('writer-stopped', () => writeForEver(writer));
    assert.match(facts.problem, /did nothing for 6 seconds/);
    await writer.close();
    assert.throws(() => process.kill(pid, 0));
  });

  test('stopped before its report: it is killed too', async (t) => {
    const { writer, pid } = await open(t, { stallMilliseconds: 6000 });
    await writeFile(writer, 'first', 'x');
    assert.equal(tryAsTenant(`kill -STOP ${pid}`), 0);
    await failsWith('writer-stopped', () => writer.finish(undefined));
  });

  test('flooded with signals: it goes on or the parent is told', async (t) => {
    const { writer, target, pid } = await open(t);
    tryAsTenant(`for i in $(seq 200); do kill -CHLD ${pid}; kill -WINCH ${pid}; kill -CONT ${pid}; done`);
    await writeFile(writer, 'first', 'x');
    assert.equal((await writer.finish(undefined)).files, 1);
    assert.equal(readFileSync(join(target, 'first'), 'utf8'), 'x');
  });
});

test('closing a writer before its end drops what waits and keeps the old files', async (t) => {
  const { writer, target } = await open(t);
  writeFileSync(join(target, 'file'), 'old');
  await writeFile(writer, 'file', 'new');
  await writer.beginFile(Buffer.from('half'), attributes());
  await writer.data(Buffer.alloc(1_000_000));
  await writer.close();
  assert.deepEqual(readdirSync(target), ['file']);
  assert.equal(readFileSync(join(target, 'file'), 'utf8'), 'old');
});

test('a writer that is killed at any moment leaves each file old or new, whole', async (t) => {
  const target = makeTarget(t);
  const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
  const contents = (letter: string): Buffer => Buffer.alloc(150_000, letter);
  for (const name of names) writeFileSync(join(target, name), contents('a'));
  asTenant(target);
  let [killed, letter] = [0, 'a'];
  for (let round = 0; round < 12; round++) {
    const writer = await openTenantWriter(target);
    const pid = childOf();
    letter = String.fromCharCode(letter.charCodeAt(0) + 1);
    const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), round * 20);
    try {
      for (const name of names) await writeFile(writer, name, contents(letter));
      await writer.finish(undefined);
    } catch {
      killed++;
    }
    clearTimeout(timer);
    await writer.close();
    for (const name of names) {
      const content = readFileSync(join(target, name));
      const [first = 0] = content;
      assert.ok(content.length === 150_000 && content.every((byte) => byte === first), `${name} is torn`);
    }
  }
  t.diagnostic(`killed ${killed} of 12`);
  assert.ok(killed > 0);
});
