import type { EntryAttributes, WriteProblemReason } from '../../contracts/tree-writer.ts';
import type { ExtendedAttribute } from '../../domain/tree-node.ts';
import { filterAcl } from './filter-acl.ts';
import { accessAcl, defaultAcl, type OpenFolder } from './open-folder.ts';
import type { WriterTools } from './writer-tools.ts';

/** What may be set (docs/decisions/0005-what-a-restore-sets.md). */
const fileModeBits = 0o777;
const folderModeBits = 0o3777;
/** The system labels files by itself. */
const systemLabel = 'security.selinux';

export interface AttributeTarget {
  readonly kind: 'file' | 'folder';
  readonly descriptor: number;
  /** Whether an ACL may stand there that is not from the restore point. */
  readonly mayHaveAcl: boolean;
  /** Whether attributes may stand there that are not from the restore point: it was there before. */
  readonly mayHaveOthers?: boolean;
  /** The group it got. */
  readonly group: number;
}

/** Gives a file or folder its attributes as far as its owner may set them. */
export class AttributeSetter {
  readonly #tools: WriterTools;

  constructor(tools: WriterTools) {
    this.#tools = tools;
  }

  /** Sets all that can be set; the times come last. @returns what could not be, each reason once. */
  apply(target: AttributeTarget, wanted: EntryAttributes): ReadonlySet<WriteProblemReason> {
    const { writing } = this.#tools;
    const problems = new Set<WriteProblemReason>();
    const bits = target.kind === 'file' ? fileModeBits : folderModeBits;
    if (!this.#setOwner(target, wanted)) problems.add('owner-not-set');
    if (target.mayHaveAcl) this.#removeAcls(target);
    if (target.mayHaveOthers === true) this.#removeOthers(target, wanted);
    for (const attribute of wanted.attributes) this.#setAttribute(target, attribute, problems);
    if ((wanted.mode & ~bits) !== 0) problems.add('mode-reduced');
    const failed = [
      writing.setMode(target.descriptor, wanted.mode & bits),
      writing.setTimes(target.descriptor, wanted.modified),
    ];
    if (failed.some((result) => result < 0)) problems.add('attribute-not-set');
    return problems;
  }

  /** Whether an entry that cannot be opened, such as a link, has the owner it should have. */
  hasOwner(folder: OpenFolder, wanted: EntryAttributes): boolean {
    return wanted.uid === this.#tools.owner.uid && wanted.gid === folder.entryGroup;
  }

  /** Only the group can be chosen, among those of the process. */
  #setOwner(target: AttributeTarget, wanted: EntryAttributes): boolean {
    const { owner, writing } = this.#tools;
    const isGiven = wanted.gid === target.group;
    const mayGive = owner.groups.has(wanted.gid);
    const hasGroup = isGiven || (mayGive && writing.setGroup(target.descriptor, wanted.gid) === 0);
    return hasGroup && wanted.uid === owner.uid;
  }

  #removeAcls({ kind, descriptor }: AttributeTarget): void {
    this.#tools.writing.removeAttribute(descriptor, accessAcl);
    if (kind === 'folder') this.#tools.writing.removeAttribute(descriptor, defaultAcl);
  }

  #removeOthers({ descriptor }: AttributeTarget, wanted: EntryAttributes): void {
    const found = this.#tools.files.readsAttributes ? this.#tools.files.readAttributes(descriptor) : [];
    if (typeof found === 'number') return;
    const kept = new Set(wanted.attributes.map(({ name }) => name));
    for (const { name } of found) {
      if (name.startsWith('user.') && !kept.has(name)) this.#tools.writing.removeAttribute(descriptor, name);
    }
  }

  #setAttribute(target: AttributeTarget, { name, value }: ExtendedAttribute, problems: Set<WriteProblemReason>): void {
    if (name === systemLabel) return;
    if (name === accessAcl || name === defaultAcl) return this.#setAcl(target, name, value, problems);
    const mayBeSet = name.startsWith('user.') && !name.includes('\0');
    const result = mayBeSet ? this.#tools.writing.setAttribute(target.descriptor, name, value) : -1;
    if (result < 0) problems.add('attribute-not-set');
  }

  #setAcl({ descriptor }: AttributeTarget, name: string, acl: Buffer, problems: Set<WriteProblemReason>): void {
    const { value, reduced } = filterAcl(acl, this.#tools.owner);
    if (reduced) problems.add('acl-reduced');
    if (value === undefined) return;
    if (this.#tools.writing.setAttribute(descriptor, name, value) < 0) problems.add('attribute-not-set');
  }
}
