import type { PassphraseRequest } from '../protocol/passphrase.ts';
import type { Handler } from './perform-request.ts';

/** Requests about an account's own passphrase, and what performs them. */
export const passphraseHandlers: { readonly [Kind in PassphraseRequest['kind']]: Handler<Kind> } = {
  async passphrase({ services }, { account }) {
    const { tellPassphrase } = await import('./tell-passphrase.ts');
    return tellPassphrase(services, account);
  },
  async 'set-passphrase'({ services }, request) {
    const { setPassphrase } = await import('./change-passphrase.ts');
    return setPassphrase(services, request);
  },
  async 'change-passphrase'({ services }, request) {
    const { changePassphrase } = await import('./change-passphrase.ts');
    return changePassphrase(services, request);
  },
  async 'remove-passphrase'({ services }, request) {
    const { removePassphrase } = await import('./change-passphrase.ts');
    return removePassphrase(services, request);
  },
  async 'restore-sealed'(performing, request) {
    const { restoreSealed } = await import('./restore-sealed.ts');
    return restoreSealed(performing, request);
  },
};
