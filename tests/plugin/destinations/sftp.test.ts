import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import path from 'node:path';
import test, { after, suite } from 'node:test';
import { openSftpPlace } from '../../../plugin/destinations/sftp.ts';
import { SftpConnection } from '../../../plugin/destinations/sftp-connection.ts';
import type { SftpDestination } from '../../../plugin/domain/destination.ts';
import { testObjectStore } from '../../contracts/object-store.ts';
import { failsWith } from '../../support/failures.ts';
import { hasSshd, startSshd } from '../../support/sshd.ts';

if (!hasSshd) {
  test('stores on SFTP', { skip: 'openssh-server is not installed' }, () => {});
} else {
  const server = await startSshd();
  const connections: SftpConnection[] = [];
  let number = 0;
  after(async () => {
    for (const connection of connections) connection.close();
    await server.stop();
  });

  const key = readFileSync(server.keyFile);
  const openAt = (destination: SftpDestination, privateKey = key, folder = 'repository') => {
    const connection = new SftpConnection(destination, privateKey, {
      connectMilliseconds: 5000,
      answerMilliseconds: 4000,
    });
    connections.push(connection);
    return openSftpPlace(connection, folder);
  };
  const open = () => openAt(server.destination(`store-${(number += 1)}`));

  testObjectStore('objects on SFTP', {
    open: () => open().store,
    interruptWrite: (_, objectKey, at) => {
      const file = path.join(
        server.folder,
        `store-${number}`,
        'repository',
        path.dirname(objectKey),
        '.larder-0123456789abcdef01',
      );
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, 'half', { mode: 0o400 });
      utimesSync(file, at, at);
    },
  });

  suite('SFTP', () => {
    test('of many writers of a new object one wins', async () => {
      const place = open();
      const stored = await Promise.all(
        Array.from({ length: 24 }, (_, index) => place.writeNew('owner.json', Buffer.from(String(index)))),
      );
      assert.equal(stored.filter(Boolean).length, 1);
      assert.equal((await place.store.list('')).length, 1);
    });

    test('folders directly below are listed', async () => {
      const place = open();
      assert.deepEqual(await place.listFolders(), []);
      await place.store.write('maria-1/config', Buffer.from('x'));
      await place.store.write('larder-owner.json', Buffer.from('x'));
      assert.deepEqual(await place.listFolders(), ['maria-1']);
    });

    test('folders are removed as far as they are empty', async () => {
      const place = open();
      await place.store.write('data/00/object', Buffer.from('x'));
      await place.store.write('data/01/object', Buffer.from('x'));
      await place.store.remove('data/00/object');
      await place.dropEmptyFolders();
      assert.deepEqual(await place.listFolders(), ['data']);
      assert.equal((await place.store.list('')).length, 1);
      await place.store.remove('data/01/object');
      await place.dropEmptyFolders();
      assert.deepEqual(await place.listFolders(), []);
    });

    test('a host with another key is refused before it learns anything', async () => {
      const other = readFileSync(path.join(server.folder, 'other.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
      const place = openAt(server.destination('pinned', { hostKey: other }));
      const facts = await failsWith('destination-refused', () => place.store.list(''));
      assert.match(facts.problem, /host key/);
    });

    test('a key that the host does not know is refused', async () => {
      const stranger = readFileSync(path.join(server.folder, 'other'));
      const facts = await failsWith('destination-refused', () =>
        openAt(server.destination('x'), stranger).store.list(''),
      );
      assert.match(facts.problem, /does not accept the key/);
    });

    test('nobody there is a destination that cannot be reached', async () => {
      await failsWith('destination-unreachable', () => openAt(server.destination('x', { port: 1 })).store.list(''));
    });

    test('a connection that drops in the middle of a write leaves no object, and the next write goes through', async () => {
      const real = server.destination('dropping');
      const line = await startLine(real.port);
      const place = openAt({ ...real, port: line.port });
      await place.store.write('first', Buffer.from('x'));
      line.cutAfter(1_000_000);
      await failsWith('destination-unreachable', () => place.store.write('data/ab/big', Buffer.alloc(8_000_000, 1)));
      assert.deepEqual(await place.store.list('data/'), []);
      await place.store.write('data/ab/big', Buffer.alloc(8_000_000, 1));
      assert.deepEqual(await place.store.list('data/'), [{ key: 'data/ab/big', sizeBytes: 8_000_000 }]);
      line.close();
    });

    test('a line that goes silent does not hold Larder for ever', async () => {
      const real = server.destination('silent');
      const line = await startLine(real.port);
      const place = openAt({ ...real, port: line.port });
      await place.store.write('first', Buffer.from('x'));
      line.silence();
      await failsWith('destination-unreachable', () => place.store.read('first'));
      line.close();
    });
  });
}

/** A line to the server that can be cut or go silent. */
async function startLine(target: number) {
  const sockets: Socket[] = [];
  let left = Infinity;
  let isSilent = false;
  const proxy = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    sockets.push(client, upstream);
    client.on('error', () => {}).on('close', () => upstream.destroy());
    upstream.on('error', () => {}).on('close', () => client.destroy());
    upstream.on('data', (bytes) => isSilent || client.write(bytes));
    client.on('data', (bytes) => {
      left -= bytes.length;
      if (left < 0) {
        left = Infinity;
        client.destroy();
      } else if (!isSilent) upstream.write(bytes);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAfter: (bytes: number) => void (left = bytes),
    silence: () => void (isSilent = true),
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
