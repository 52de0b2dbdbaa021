/** How much asking the sites of one account may take: meanwhile the drill holds one of the server's few lanes. */

export interface AskedUntilNow {
  readonly sites: number;
  /** Of them gave no whole answer in time. */
  readonly silent: number;
  readonly milliseconds: number;
}

const most: AskedUntilNow = { sites: 20, silent: 2, milliseconds: 5 * 60_000 };

/** Whether one more may be asked; what was begun may end. */
export function mayAskMore(until: AskedUntilNow): boolean {
  return until.sites < most.sites && until.silent < most.silent && until.milliseconds < most.milliseconds;
}
