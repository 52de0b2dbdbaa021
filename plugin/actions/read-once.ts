import type { CopyLedger } from '../contracts/copy-ledger.ts';
import type { OwnKeys } from '../contracts/own-keys.ts';
import type { Services } from './services.ts';

/**
 * For one look at many accounts: each account's files are read once, however many questions they answer. What changes
 * meanwhile is seen by the next look.
 */
export function readOnce(services: Services): Services {
  const { copyLedger, ownKeys } = services;
  return { ...services, copyLedger: rememberLedger(copyLedger), ownKeys: rememberKeys(ownKeys) };
}

function rememberLedger(ledger: CopyLedger): CopyLedger {
  return {
    load: remember((destination, id) => ledger.load(destination, id)),
    loadArchives: remember((destination, generation) => ledger.loadArchives(destination, generation)),
    save: (destination, id, record) => ledger.save(destination, id, record),
    saveArchives: (destination, generation, record) => ledger.saveArchives(destination, generation, record),
  };
}

function rememberKeys(keys: OwnKeys): OwnKeys {
  return {
    load: remember((generation) => keys.load(generation)),
    save: (generation, key) => keys.save(generation, key),
    make: (owner, passphrase) => keys.make(owner, passphrase),
    wrapAnew: (owner, key, passphrases) => keys.wrapAnew(owner, key, passphrases),
    open: (owner, key, passphrase) => keys.open(owner, key, passphrase),
  };
}

/** Also that it failed. */
function remember<Names extends readonly string[], Found>(
  read: (...names: Names) => Promise<Found>,
): (...names: Names) => Promise<Found> {
  const known = new Map<string, Promise<Found>>();
  return (...names) => {
    const key = names.join(' ');
    const found = known.get(key) ?? read(...names);
    known.set(key, found);
    return found;
  };
}
