import type { PaceLimits } from './pace.ts';

/** How much one socket takes, and how long it waits. `burst` and `perSecond` count frames of all its connections. */
export interface DoorLimits extends PaceLimits {
  readonly connections: number;
  /** Of one connection. */
  readonly requests: number;
  /** Of all connections together. */
  readonly requestsTogether: number;
  /** Of answers that clients have not read yet, all together. */
  readonly heldCharacters: number;
  /** After so long without a request a connection is closed. */
  readonly idleMilliseconds: number;
  /** A reader that takes nothing of a frame for so long is cut off. */
  readonly sendMilliseconds: number;
  /** The same for a download, whose reader may be a person that has paused it. */
  readonly streamMilliseconds: number;
  /** For so long the secret of a stream waits for its second connection. */
  readonly claimMilliseconds: number;
}

const one: DoorLimits = {
  burst: 200,
  perSecond: 100,
  connections: 32,
  requests: 16,
  requestsTogether: 64,
  heldCharacters: 64 * 1024 * 1024,
  idleMilliseconds: 60_000,
  sendMilliseconds: 30_000,
  streamMilliseconds: 600_000,
  claimMilliseconds: 10_000,
};

/** Through the web socket all accounts come. */
const many: DoorLimits = {
  ...one,
  burst: 4000,
  perSecond: 2000,
  connections: 128,
  requestsTogether: 1024,
  heldCharacters: 128 * 1024 * 1024,
};

export const doorLimits: { readonly [Kind in 'account' | 'root' | 'web']: DoorLimits } = {
  account: one,
  root: many,
  web: many,
};
