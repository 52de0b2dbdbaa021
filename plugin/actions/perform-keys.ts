import type { KeysRequest } from '../protocol/keys.ts';
import type { Handler } from './perform-request.ts';

/** What is asked of keys. */
export const keysHandlers: { readonly [Kind in KeysRequest['kind']]: Handler<Kind> } = {
  async 'keys-check-recovery'(performing, request) {
    const { checkRecovery } = await import('./check-recovery.ts');
    return checkRecovery(performing, request);
  },
  async 'keys-rotate'(performing, { recipients }) {
    const { rotateKeys } = await import('./rotate-keys.ts');
    return rotateKeys(performing, recipients);
  },
  async 'keys-export'({ services }, { account }) {
    const { exportKeys } = await import('./export-keys.ts');
    return exportKeys(services, account);
  },
  async 'keys-restic-env'({ services }, { account, destination }) {
    const { resticEnvironment } = await import('./restic-env.ts');
    return resticEnvironment(services, account, destination);
  },
  async 'keys-renew'(performing, request) {
    const { renewKeys } = await import('./renew-keys.ts');
    return renewKeys(performing, request);
  },
  async 'keys-renew-all'(performing, request) {
    const { renewAllKeys } = await import('./renew-all-keys.ts');
    return renewAllKeys(performing, request);
  },
  async 'keys-remove-former'(performing, request) {
    const { removeFormer } = await import('./remove-former.ts');
    return removeFormer(performing, request);
  },
};
