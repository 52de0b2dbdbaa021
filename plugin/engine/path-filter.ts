/** Which parts of a home are wanted: everything, or some paths and all below them. */
export interface PathFilter {
  /** True when everything from here on is wanted. */
  readonly all: boolean;
  /** The filter for an entry, or undefined when it is not wanted. Remembers that the entry was seen. */
  enter(name: Buffer): PathFilter | undefined;
}

export const everything: PathFilter = { all: true, enter: () => everything };

interface Branch extends PathFilter {
  readonly children: Map<string, Branch>;
  readonly path: readonly Buffer[];
  all: boolean;
  /** Asked for itself. */
  wanted: boolean;
  seen: boolean;
}

/**
 * @param paths components below the home; an empty path means all of it.
 * @param folders such as are wanted without what is in them.
 */
export function filterPaths(
  paths: readonly (readonly Buffer[])[],
  folders: readonly (readonly Buffer[])[] = [],
): {
  filter: PathFilter;
  unseen(): readonly Buffer[][];
} {
  const root = makeBranch([]);
  for (const path of paths) {
    let branch = root;
    for (const part of path) branch = childOf(branch, part);
    branch.all = true;
    branch.wanted = true;
  }
  for (const path of folders) {
    let branch = root;
    for (const part of path) branch = childOf(branch, part);
    branch.wanted = true;
  }
  return { filter: root, unseen: () => collectUnseen(root) };
}

function makeBranch(path: readonly Buffer[]): Branch {
  const branch: Branch = {
    children: new Map(),
    path,
    all: false,
    wanted: false,
    seen: false,
    enter(name) {
      const child = branch.children.get(name.toString('latin1'));
      if (child !== undefined) child.seen = true;
      return branch.all ? everything : child;
    },
  };
  return branch;
}

function childOf(branch: Branch, name: Buffer): Branch {
  const key = name.toString('latin1');
  const child = branch.children.get(key) ?? makeBranch([...branch.path, name]);
  branch.children.set(key, child);
  return child;
}

/** Paths that were asked for and never met. Below one that is wanted whole, nobody looks out for others. */
function collectUnseen(branch: Branch): Buffer[][] {
  if (branch.all) return [];
  const unseen: Buffer[][] = [];
  for (const child of branch.children.values()) {
    if (child.wanted && !child.seen) unseen.push([...child.path]);
    else unseen.push(...collectUnseen(child));
  }
  return unseen;
}
