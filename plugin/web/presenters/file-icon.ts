import type { NodeType } from '../../domain/tree-node.ts';

const byEnding: readonly (readonly [RegExp, string])[] = [
  [/\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?)$/i, 'image'],
  [/\.(?:php|html?|css|js|mjs|ts|json|xml|ya?ml|sql|sh|py|htaccess)$/i, 'file-code'],
  [/\.(?:pdf|docx?|odt|txt|md|rtf|csv|xlsx?|ods)$/i, 'file-text'],
  [/\.(?:zip|gz|tgz|tar|bz2|xz|zst|7z|rar)$/i, 'package'],
];

/** The icon of an entry; its name decides, for looking inside would take too long. */
export function iconOf(type: NodeType, name: string): string {
  if (type === 'dir') return 'folder';
  if (type === 'symlink') return 'external-link';
  return byEnding.find(([ending]) => ending.test(name))?.[1] ?? 'file';
}
