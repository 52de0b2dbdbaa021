import { createHash } from 'node:crypto';
import type { PlanPath } from '../domain/planned-entry.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { Decision, LinkWish, PlanDecision } from './plan-decision.ts';
import type { PlanTrail } from './plan-trail.ts';

/** Beyond this, further files with several names are planned as files of their own. */
const mostFiles = 200_000;

interface FirstName {
  readonly path: PlanPath;
  /** Where it stays as it is, the inode that the others must name; else undefined: it is written anew. */
  readonly inode: string | undefined;
}

/** Plans files, and further names of files as such. */
export class PlanLinks {
  readonly #isExact: boolean;
  readonly #first = new Map<string, FirstName>();

  /** @param isExact whether another name must be one of the same file; else a file like it will do. */
  constructor(isExact: boolean) {
    this.#isExact = isExact;
  }

  /** Plans anything but a folder. */
  plan(node: TreeNode, trail: PlanTrail, decision: PlanDecision): Decision {
    if (node.type !== 'file' || node.links <= 1) return decision.want(node);
    const key = keyOf(node);
    const first = this.#first.get(key);
    if (first !== undefined) return decision.want(node, this.#wish(first));
    const decided = decision.want(node);
    if (decided === 'refused' || this.#first.size >= mostFiles) return decided;
    this.#first.set(key, {
      path: trail.pathOf(node.name),
      inode: decided === 'same' ? inodeOf(node, trail) : undefined,
    });
    return decided;
  }

  /** A file that is written anew has no name yet that could be right. */
  #wish({ path, inode }: FirstName): LinkWish {
    return this.#isExact ? { to: path, mustBe: inode ?? 'none' } : { to: path };
  }
}

function inodeOf(node: TreeNode, trail: PlanTrail): string | undefined {
  const look = trail.look(node.name);
  return look.kind === 'there' ? look.state.inode : undefined;
}

/** As in `hard-links.ts`: numbers of files may have lost digits, so files of other content are never taken for one. */
function keyOf({ deviceId, inode, sizeBytes, content }: TreeNode): string {
  return `${deviceId} ${inode} ${sizeBytes} ${createHash('sha256').update(content.join()).digest('base64')}`;
}
