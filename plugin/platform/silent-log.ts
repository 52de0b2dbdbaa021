import type { Log } from '../contracts/log.ts';

/** Says nothing, and loads nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
