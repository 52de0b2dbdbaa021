import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { systemParts, type RootPart } from '../../../plugin/platform/closed-root.ts';
import { isolate } from '../../../plugin/platform/isolated-program.ts';
import { coverSockets } from '../../../plugin/platform/live-sockets.ts';
import { needsPhp } from '../../support/php-sites.ts';

const mebibyte = 1024 * 1024;
const limits = { processes: 10_000, memoryBytes: 768 * mebibyte, cpuSeconds: 60, memoryFiles: 16 * mebibyte };

function folderBelow(context: TestContext, where: string): string {
  const folder = mkdtempSync(join(where, 'larder-root-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function commandIn(parts: readonly RootPart[], command: string, words: readonly string[]) {
  return isolate({ command, words }, 'namespaces', undefined, {
    root: { parts: [...systemParts(), ...parts], limits },
  });
}

test('what is shown may lie anywhere, also below /mnt', { skip: needsPhp }, (context) => {
  const folder = folderBelow(context, '/mnt');
  writeFileSync(join(folder, 'file'), 'shown');
  const { command, words } = commandIn([{ kind: 'shown', from: folder, at: '/shown' }], 'cat', ['/shown/file']);
  assert.equal(spawnSync(command, words, { encoding: 'utf8' }).stdout, 'shown');
});

test('a socket below what is shown is called by nobody', { skip: needsPhp }, async (context) => {
  const folder = folderBelow(context, tmpdir());
  chmodSync(folder, 0o755);
  const path = join(folder, 'a socket');
  const server = createServer((socket) => socket.end('connected'));
  context.after(() => void server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o666);
  const shown: RootPart = { kind: 'shown', from: folder, at: '/shown' };
  const code = "$s = @stream_socket_client('unix:///shown/a socket'); echo $s ? fgets($s) : 'refused';";
  writeFileSync(join(folder, 'call.php'), `<?php ${code}`);
  const call = async (parts: readonly RootPart[]): Promise<string> => {
    const { command, words } = commandIn(parts, 'php-cgi', ['-q', '-f', '/shown/call.php']);
    return (await promisify(execFile)(command, [...words], { encoding: 'utf8' })).stdout;
  };
  assert.equal(await call([shown]), 'connected', 'that it can only be read does not keep anybody out');
  assert.equal(await call([shown, ...coverSockets([shown])]), 'refused');
});
