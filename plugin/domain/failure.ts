/**
 * Every failure Larder expects, by a stable code. Anything else that is thrown is a bug and is reported as one.
 * A code has one exit code and one HTTP status (here) and one sentence per language (`locales/<language>/failures.json`).
 * Facts are shown to people: they never hold a secret.
 */
export interface FailureFacts {
  'invalid-input': { field: string; text: string; hint: string };
  'unknown-command': { command: string; hint: string };
  'unknown-account': { account: string; hint: string };
  'unknown-restore-point': { text: string; hint: string };
  'not-found': { path: string };
  'path-outside-home': { path: string; home: string };
  'configuration-invalid': { file: string; line: number; problem: string; hint: string };
  'configuration-missing': { file: string };
  'not-initialised': { state: string };
  'already-initialised': { state: string };
  'state-unsafe': { path: string; problem: string; mend: string };
  'instance-running': { state: string; holder: string };
  'unknown-destination': { text: string; hint: string };
  'repository-missing': { location: string };
  'repository-locked': { holder: string; since: string };
  'repository-damaged': { object: string; problem: string };
  /** The repository that is used in the place of a former one holds no restore point, and the former one does. */
  'successor-empty': { location: string; count: number };
  /** The server's own newest restore point is older than the keys that are used now. */
  'server-point-old': { made: string; renewed: string };
  'repository-unsupported': { location: string; problem: string };
  'destination-unreachable': { destination: string; problem: string };
  /** It answered, and asking again would be answered the same. */
  'destination-refused': { destination: string; problem: string };
  /** A copy no longer holds restore points that nobody forgot. */
  'copy-lost': { account: string; destination: string; count: number; mend: string };
  /** A copy no longer holds packs that its restore points need. */
  'copy-damaged': { account: string; destination: string; count: number; mend: string };
  'destination-locked': { destination: string; object: string; until: string };
  'no-space': { path: string };
  'quota-exceeded': { path: string };
  'home-unsafe': { account: string; problem: string };
  'home-unreadable': { account: string; problem: string };
  'writer-stopped': { account: string; problem: string };
  /** `tables`: of a database, those that must come back together. */
  'restore-refused': { problem: string; mend: string; tables?: readonly string[] };
  'key-unusable': { key: string; problem: string };
  'system-unsupported': { problem: string; mend: string };
  'not-allowed': { action: string; hint: string };
  'confirmation-needed': { action: string; hint: string };
  cancelled: { action: string };
  /** Who asked waits no longer; the job goes on. `jobs` and `cancel` are commands. */
  'goes-on': { action: string; job: string; jobs: string; cancel: string };
  'metadata-unreachable': { problem: string };
  'unknown-job': { text: string; hint: string };
  'too-many-jobs': { waiting: number };
  'unknown-drill': { text: string; hint: string };
  'unknown-plan': { text: string };
  'plan-changed': { changes: number; plan: string };
  'nothing-to-undo': { account: string };
  interrupted: { action: string; after: string };
  /** The home is between before and after; it is put back as soon as that can be done. `point`: what was there before. */
  'half-restored': { action: string; point: string };
  'login-invalid': { hint: string };
  /** A code that was mailed: wrong, used or too late. */
  'code-wrong': { minutes: number };
  'too-many-codes': { minutes: number };
  /** Nothing can be mailed to this account: no mail is set up, or the panel knows no address. */
  'mail-off': { account: string };
  'not-own-backup': { point: string };
  'worker-unreachable': { socket: string; mend: string };
  'protocol-broken': { problem: string };
  busy: { account: string };
  'catalog-damaged': { account: string; mend: string };
  'not-delivered': { to: string; problem: string };
  /** `table` is held by somebody's open transaction. */
  'database-busy': { database: string; table: string; seconds: number };
  /** What the server said to what was loaded. The live database is as it was. */
  'database-refused': { database: string; problem: string };
  'unknown-database': { database: string; hint: string };
  'database-unreachable': { server: string; problem: string };
  'database-dump-failed': { database: string; problem: string };
  'archive-damaged': { archive: string; problem: string };
  'no-archives': { file: string };
  /** Only who knows the account's own passphrase opens it. */
  'passphrase-needed': { account: string; archive: string };
  'passphrase-wrong': { account: string };
  /** Too many wrong ones. */
  'passphrase-locked': { account: string; minutes: number };
  /** Too easy to guess. */
  'passphrase-weak': { least: number };
  /** It cannot be done, or not in this way, while the account has a passphrase of its own. */
  'own-passphrase': { account: string; hint: string };
  'no-passphrase': { account: string };
  /** Tables were made, changed or dropped while it was read; the same again may succeed. */
  'database-changing': { database: string; problem: string };
}

export type FailureCode = keyof FailureFacts;

interface Outcome {
  readonly exitCode: number;
  readonly httpStatus: number;
}

/** Exit codes: 1 failed, 2 usage, 4 not found, 5 not allowed, 6 no space, 7 busy, 8 storage unreachable, 9 damaged, 130 stopped. */
export const failureOutcomes: { readonly [Code in FailureCode]: Outcome } = {
  'invalid-input': { exitCode: 2, httpStatus: 400 },
  'unknown-command': { exitCode: 2, httpStatus: 400 },
  'unknown-account': { exitCode: 4, httpStatus: 404 },
  'unknown-restore-point': { exitCode: 4, httpStatus: 404 },
  'not-found': { exitCode: 4, httpStatus: 404 },
  'path-outside-home': { exitCode: 2, httpStatus: 400 },
  'configuration-invalid': { exitCode: 2, httpStatus: 500 },
  'configuration-missing': { exitCode: 2, httpStatus: 500 },
  'not-initialised': { exitCode: 1, httpStatus: 503 },
  'already-initialised': { exitCode: 4, httpStatus: 409 },
  'state-unsafe': { exitCode: 5, httpStatus: 503 },
  'instance-running': { exitCode: 7, httpStatus: 409 },
  'unknown-destination': { exitCode: 4, httpStatus: 404 },
  'repository-missing': { exitCode: 4, httpStatus: 404 },
  'repository-locked': { exitCode: 7, httpStatus: 409 },
  'repository-damaged': { exitCode: 9, httpStatus: 500 },
  'successor-empty': { exitCode: 9, httpStatus: 409 },
  'server-point-old': { exitCode: 7, httpStatus: 409 },
  'repository-unsupported': { exitCode: 1, httpStatus: 500 },
  'destination-unreachable': { exitCode: 8, httpStatus: 503 },
  'destination-refused': { exitCode: 8, httpStatus: 503 },
  'copy-lost': { exitCode: 9, httpStatus: 500 },
  'copy-damaged': { exitCode: 9, httpStatus: 500 },
  'destination-locked': { exitCode: 5, httpStatus: 409 },
  'no-space': { exitCode: 6, httpStatus: 507 },
  'quota-exceeded': { exitCode: 6, httpStatus: 507 },
  'home-unsafe': { exitCode: 5, httpStatus: 409 },
  'home-unreadable': { exitCode: 1, httpStatus: 500 },
  'writer-stopped': { exitCode: 1, httpStatus: 500 },
  'restore-refused': { exitCode: 5, httpStatus: 409 },
  'key-unusable': { exitCode: 1, httpStatus: 500 },
  'system-unsupported': { exitCode: 1, httpStatus: 500 },
  'not-allowed': { exitCode: 5, httpStatus: 403 },
  'confirmation-needed': { exitCode: 2, httpStatus: 409 },
  cancelled: { exitCode: 130, httpStatus: 409 },
  'goes-on': { exitCode: 130, httpStatus: 202 },
  'metadata-unreachable': { exitCode: 8, httpStatus: 503 },
  'unknown-job': { exitCode: 4, httpStatus: 404 },
  'too-many-jobs': { exitCode: 7, httpStatus: 429 },
  'unknown-drill': { exitCode: 4, httpStatus: 404 },
  'unknown-plan': { exitCode: 4, httpStatus: 404 },
  'plan-changed': { exitCode: 7, httpStatus: 409 },
  'nothing-to-undo': { exitCode: 4, httpStatus: 404 },
  interrupted: { exitCode: 1, httpStatus: 500 },
  'half-restored': { exitCode: 1, httpStatus: 500 },
  'login-invalid': { exitCode: 5, httpStatus: 403 },
  'code-wrong': { exitCode: 5, httpStatus: 403 },
  'too-many-codes': { exitCode: 7, httpStatus: 429 },
  'mail-off': { exitCode: 5, httpStatus: 409 },
  'not-own-backup': { exitCode: 5, httpStatus: 403 },
  'worker-unreachable': { exitCode: 8, httpStatus: 503 },
  'protocol-broken': { exitCode: 1, httpStatus: 400 },
  busy: { exitCode: 7, httpStatus: 429 },
  'catalog-damaged': { exitCode: 9, httpStatus: 500 },
  'not-delivered': { exitCode: 8, httpStatus: 502 },
  'database-busy': { exitCode: 7, httpStatus: 409 },
  'database-refused': { exitCode: 1, httpStatus: 409 },
  'unknown-database': { exitCode: 4, httpStatus: 404 },
  'database-unreachable': { exitCode: 8, httpStatus: 503 },
  'database-dump-failed': { exitCode: 1, httpStatus: 500 },
  'archive-damaged': { exitCode: 9, httpStatus: 500 },
  'no-archives': { exitCode: 2, httpStatus: 409 },
  'passphrase-needed': { exitCode: 5, httpStatus: 403 },
  'passphrase-wrong': { exitCode: 5, httpStatus: 403 },
  'passphrase-locked': { exitCode: 7, httpStatus: 429 },
  'passphrase-weak': { exitCode: 2, httpStatus: 400 },
  'own-passphrase': { exitCode: 5, httpStatus: 409 },
  'no-passphrase': { exitCode: 4, httpStatus: 404 },
  'database-changing': { exitCode: 7, httpStatus: 409 },
};

/** An expected failure. `message` is for logs; people read the sentence of `code` in their language. */
export class Failure<Code extends FailureCode = FailureCode> extends Error {
  override readonly name = 'Failure';
  readonly code: Code;
  readonly facts: FailureFacts[Code];

  constructor(code: Code, facts: FailureFacts[Code], options?: { cause: unknown }) {
    super(`${code} ${JSON.stringify(facts)}`, options);
    this.code = code;
    this.facts = facts;
  }
}

export function isFailure(error: unknown, code?: FailureCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code);
}
