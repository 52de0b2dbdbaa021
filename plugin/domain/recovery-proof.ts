/** A recovery key opened everything that it should. */
export interface RecoveryProof {
  /** Its public half, `age1…`. */
  readonly recipient: string;
  readonly provenAt: Date;
  /** How many repositories and archives it opened, each at each destination. */
  readonly places: number;
}

export interface RecoveryState {
  /** How many recovery keys there are. */
  readonly count: number;
  /** How many of them were proven lately. */
  readonly proven: number;
  /** When one of them last was; undefined: never. */
  readonly lastAt: Date | undefined;
}

/** Fewer, and one fire or one lost stick is the end. */
export const fewestRecipients = 2;

const dayMilliseconds = 86_400_000;
/** A key is tried once a year, and a little later is early enough. */
const validDays = 400;

/** How well the keys that are kept off the server are known to work. */
export function assessRecovery(
  recipients: readonly string[],
  proofs: readonly RecoveryProof[],
  now: Date,
): RecoveryState {
  const known = proofs.filter(({ recipient }) => recipients.includes(recipient));
  const times = known.map(({ provenAt }) => provenAt.getTime());
  const oldest = now.getTime() - validDays * dayMilliseconds;
  return {
    count: recipients.length,
    proven: times.filter((time) => time >= oldest).length,
    lastAt: times.length === 0 ? undefined : new Date(Math.max(...times)),
  };
}
