import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import type { Codec } from '../../../plugin/contracts/codec.ts';
import { openLocalStore } from '../../../plugin/destinations/local.ts';
import { BlobReader } from '../../../plugin/engine/blob-reader.ts';
import { findHome } from '../../../plugin/engine/home-tree.ts';
import { openKeyFile } from '../../../plugin/engine/key-file.ts';
import { RepositoryIndex } from '../../../plugin/engine/repository-index.ts';
import { Repository } from '../../../plugin/engine/repository.ts';
import { listSnapshots } from '../../../plugin/engine/snapshot.ts';
import { readTree } from '../../../plugin/engine/tree-reader.ts';
import { Workspace } from '../../../plugin/engine/workspace.ts';
import { openNodeCodec } from '../../../plugin/platform/node-codec.ts';
import { openNativeCodec } from '../../../plugin/platform/native/native-codec.ts';
import { poly1305, testCodec } from '../../contracts/codec.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

testCodec('the native codec', { open: openNativeCodec, openOther: openNodeCodec });
testCodec("the codec of Node's own modules", {
  open: openNodeCodec,
  openOther: openNativeCodec,
});

/** D. J. Bernstein, "The Poly1305-AES message-authentication code", appendix B. */
const vectors = [
  {
    message: 'f3f6',
    r: '851fc40c3467ac0be05cc20404f3f700',
    k: 'ec074c835580741701425b623235add6',
    nonce: 'fb447350c4e868c52ac3275cf9d4327e',
    tag: 'f4c633c3044fc145f84f335cb81953de',
  },
  {
    message: '',
    r: 'a0f3080000f46400d0c7e9076c834403',
    k: '75deaa25c09f208e1dc4ce6b5cad3fbf',
    nonce: '61ee09218d29b0aaed7e154a2c5509cc',
    tag: 'dd3fab2251f11ac759f0887129cc2ee7',
  },
  {
    message: '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
    r: '48443d0bb0d21109c89a100b5ce2c208',
    k: '6acb5f61a7176dd320c5c1eb2edcdc74',
    nonce: 'ae212a55399729595dea458bc621ff0e',
    tag: '0ee1c16bb73f0f4fd19881753c01cdbe',
  },
  {
    message:
      'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
    r: '12976a08c4426d0ce8a82407c4f48207',
    k: 'e1a5668a4d5b66a5f68cc5424ed5982d',
    nonce: '9ae831e743978d3a23527c7128149e3a',
    tag: '5154ad0d2cb26e01274fc51148491f1b',
  },
];

suite('the known answers of Poly1305-AES', () => {
  for (const { message, r, k, nonce, tag } of vectors) {
    test(`for a message of ${message.length / 2} bytes`, () => {
      const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
      const aes = createCipheriv('aes-128-ecb', bytes(k), null).setAutoPadding(false);
      assert.equal(poly1305(bytes(r), aes.update(bytes(nonce)), bytes(message)).toString('hex'), tag);
      const sealedBytes = Buffer.concat([bytes(nonce), bytes(message), bytes(tag)]);
      for (const codec of [openNativeCodec(), openNodeCodec()]) {
        const arena = codec.allocate(4096);
        sealedBytes.copy(arena.bytes);
        const sealer = codec.sealer({ encrypt: Buffer.alloc(32), macK: bytes(k), macR: bytes(r) });
        assert.equal(sealer.open(arena, 0, sealedBytes.length), message.length / 2, codec.kind);
      }
    });
  }
});

suite('a repository that stock restic made is opened and read', () => {
  for (const [title, open] of [
    ['natively', openNativeCodec],
    ["with Node's own modules", openNodeCodec],
  ] as const) {
    test(title, async (t) => {
      const folder = temporaryFolder(t);
      const content = Buffer.from('what restic stored\n'.repeat(1000));
      mkdirSync(join(folder, 'home'));
      writeFileSync(join(folder, 'home/file'), content);
      makeWithRestic(folder);
      assert.deepEqual(await readFirstFile(open(), join(folder, 'repository')), content);
    });
  }
});

function makeWithRestic(folder: string): void {
  const env = { PATH: '/usr/bin:/bin', RESTIC_REPOSITORY: join(folder, 'repository'), RESTIC_PASSWORD: 'secret' };
  for (const words of [['init'], ['backup', join(folder, 'home')]]) {
    const { status, stderr } = spawnSync('restic', ['--no-cache', ...words], { env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
}

async function readFirstFile(codec: Codec, location: string): Promise<Buffer> {
  const [keyName = ''] = readdirSync(join(location, 'keys'));
  const keyBytes = readFileSync(join(location, 'keys', keyName));
  assert.equal(openKeyFile(codec, keyBytes, 'wrong'), undefined);
  const masterKey = openKeyFile(codec, keyBytes, 'secret');
  assert.ok(masterKey);
  const repository = await Repository.open(openLocalStore(location), new Workspace(codec), masterKey);
  const { snapshots } = await listSnapshots(repository);
  assert.ok(snapshots[0]);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const [file] = await readTree(reader, String((await findHome(reader, snapshots[0])).subtree));
  return Buffer.from(await reader.read('data', String(file?.content[0])));
}
