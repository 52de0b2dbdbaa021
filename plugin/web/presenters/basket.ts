import type { DraftReport } from '../../protocol/drafts.ts';
import type { PointLine } from '../../protocol/requests.ts';
import { showParts, toAddress, type ShownPath } from '../paths.ts';

export interface Basket {
  readonly count: number;
  /** The first of them. */
  readonly items: readonly (ShownPath & { readonly path: string })[];
  readonly leftOut: number;
  readonly isEverything: boolean;
  readonly goesTo: DraftReport['goesTo'];
  readonly point: PointLine;
  /** What will happen, where that is known already. */
  readonly foreseen: DraftReport['foreseen'];
}

const shownItems = 6;

/** What is chosen so far, and from which restore point it would come. */
export function presentBasket(
  draft: DraftReport | undefined,
  point: PointLine,
  foreseen: DraftReport['foreseen'],
): Basket {
  const paths = draft?.paths ?? [];
  return {
    count: paths.length,
    items: paths.slice(0, shownItems).map((path) => ({ path: toAddress(path), ...showParts(path) })),
    leftOut: draft?.except.length ?? 0,
    isEverything: paths.includes(''),
    goesTo: draft?.goesTo ?? 'place',
    point,
    foreseen,
  };
}
