import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import type { Account } from '../../../plugin/domain/account.ts';
import { parseAccountName, parseGeneration } from '../../../plugin/domain/ids.ts';
import { openAccountSockets } from '../../../plugin/worker/account-sockets.ts';

function account(name: string, uid: number, generation: string): Account {
  return {
    name: parseAccountName(name),
    uid,
    gid: uid,
    home: `/home/${name}`,
    databases: [],
    email: undefined,
    language: undefined,
    trustedUids: [],
    generation: parseGeneration(generation.repeat(32)),
  };
}

function makeSockets() {
  const state = { accounts: [] as Account[], open: [] as string[], broken: '', log: [] as string[] };
  const note = (event: string) => void state.log.push(event);
  const sockets = openAccountSockets({
    listAccounts: () => Promise.resolve(state.accounts),
    listen: ({ name, generation }) => {
      if (name === state.broken) return Promise.reject(new Error('no'));
      const label = `${name} ${generation[0]}`;
      state.open.push(label);
      return Promise.resolve({ close: () => void (state.open = state.open.filter((open) => open !== label)) });
    },
    log: { info: note, warn: note, error: note },
  });
  return { state, sockets };
}

suite('every account has a socket', () => {
  test('a new account gets one, a removed one loses it', async () => {
    const { state, sockets } = makeSockets();
    state.accounts = [account('maria', 1001, 'a'), account('nikos', 1002, 'b')];
    await sockets.sync();
    assert.deepEqual(state.open, ['maria a', 'nikos b']);
    state.accounts = [account('nikos', 1002, 'b'), account('anna', 1003, 'c')];
    await sockets.sync();
    assert.deepEqual(state.open, ['nikos b', 'anna c']);
  });

  test('another customer of the same name gets another', async () => {
    const { state, sockets } = makeSockets();
    state.accounts = [account('maria', 1001, 'a')];
    await sockets.sync();
    state.accounts = [account('maria', 1009, 'd')];
    await sockets.sync();
    assert.deepEqual(state.open, ['maria d']);
  });

  test('the trouble of one is not the trouble of the next, and it is tried again', async () => {
    const { state, sockets } = makeSockets();
    state.accounts = [account('maria', 1001, 'a'), account('nikos', 1002, 'b')];
    state.broken = 'maria';
    await sockets.sync();
    assert.deepEqual([state.open, state.log], [['nikos b'], ['socket-not-opened']]);
    state.broken = '';
    await sockets.sync();
    assert.deepEqual(state.open, ['nikos b', 'maria a']);
  });
});
