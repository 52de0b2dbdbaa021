import type { PassphraseRequest } from './passphrase.ts';
import { bytes, characters, flag, list, maybe, passphrase, pathBytes, type FieldParser } from './request-fields.ts';
import { parserOf, type RequestOf } from './request-parser.ts';

const account = bytes(1, 255);

/** How requests about an account's own passphrase are read. */
export const passphraseParsers: { readonly [Kind in PassphraseRequest['kind']]: FieldParser<RequestOf<Kind>> } = {
  passphrase: parserOf('passphrase', { account }),
  'set-passphrase': parserOf('set-passphrase', { account, passphrase, hostCanRecover: flag }),
  'change-passphrase': parserOf('change-passphrase', { account, passphrase, newPassphrase: passphrase }),
  'remove-passphrase': parserOf('remove-passphrase', { account }),
  'restore-sealed': parserOf('restore-sealed', {
    account,
    point: characters(1, 64),
    paths: list(pathBytes, 1000),
    to: maybe(pathBytes),
    dryRun: flag,
    passphrase,
  }),
};
