import { coreFileNames } from './core-names.ts';
import { seedOf } from './random.ts';
import { drawSourceBytes, writeSource } from './source-text.ts';

/** A file below the folder of a site. */
export interface SiteFile {
  readonly path: string;
  readonly content: string;
}

/** The releases of the content management system that the demo lives through. */
export const coreVersions = ['6.9.4', '7.0'] as const;

/** All of WordPress in its `revision`th release: the same bytes for everyone who installs it. */
export function* coreFiles(revision: number, share: number): Generator<SiteFile> {
  for (const path of coreFileNames()) {
    if (!isOfShare(path, share)) continue;
    if (path === 'wp-includes/version.php') yield { path, content: versionFile(revision) };
    else yield { path, content: writeAgain(path, lastChanged(path, revision)) };
  }
}

/** Whether a file is among the `share` (0 to 1) of files that a smaller demo keeps. */
export function isOfShare(path: string, share: number): boolean {
  return !path.includes('/') || path.endsWith('version.php') || seedOf('share', path) % 1000 < share * 1000;
}

/** The newest release, up to `revision`, that brought another content: each changes a third of the files. */
export function lastChanged(path: string, revision: number): number {
  for (let tried = revision; tried > 0; tried--) if (seedOf(path, tried) % 3 === 0) return tried;
  return 0;
}

const written = new Map<string, string>();

/** Three sites have the same files: they are made once. */
function writeAgain(path: string, revision: number): string {
  const key = `${path} ${revision}`;
  const known = written.get(key);
  if (known !== undefined) return known;
  const content = writeSource(path, seedOf('core', key), drawSourceBytes(seedOf('core size', path)));
  written.set(key, content);
  return content;
}

function versionFile(revision: number): string {
  return `<?php\n/**\n * WordPress Version\n *\n * Contains version information for the current WordPress release.\n */\n\n$wp_version = '${coreVersions[revision] ?? ''}';\n\n$required_php_version = '7.4';\n`;
}
