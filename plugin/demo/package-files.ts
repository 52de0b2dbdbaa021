import { isOfShare, lastChanged, type SiteFile } from './core-files.ts';
import { createRandom, seedOf } from './random.ts';
import { drawName, drawSourceBytes, writeSource } from './source-text.ts';

/** A plugin or a theme. */
export interface Package {
  readonly kind: 'plugin' | 'theme';
  readonly slug: string;
  readonly title: string;
  readonly files: number;
  /** Its releases, oldest first. */
  readonly versions: readonly string[];
}

/** Where it lies below the folder of the site. */
export function packageFolder({ kind, slug }: Package): string {
  return `wp-content/${kind}s/${slug}`;
}

/** All of its files in its `revision`th release. */
export function packageFiles(made: Package, revision: number, share: number): SiteFile[] {
  const folder = packageFolder(made);
  const names = packageFileNames(made, revision, share);
  const parts = names.filter((name) => /^includes\/.*\.php$/.test(name));
  return [
    { path: `${folder}/${made.slug}.php`, content: mainFile(made, revision, parts) },
    ...names.map((name) => writePart(made, name, revision)),
  ];
}

/** Each release adds two files. */
function packageFileNames({ slug, files }: Package, revision: number, share: number): string[] {
  const random = createRandom(seedOf('package', slug));
  const names = new Set(['readme.txt', 'uninstall.php', `languages/${slug}-el.po`, `languages/${slug}-de_DE.po`]);
  const shapes = Array.from({ length: files }, () => random.pick(placements));
  for (const [index, shape] of shapes.entries()) for (const name of shape(drawName(slug, index))) names.add(name);
  for (let added = 1; added <= revision; added++) {
    for (const half of ['a', 'b']) names.add(`includes/class-${drawName(slug, 'added', added, half)}.php`);
  }
  const sorted = [...names].toSorted();
  return sorted.filter((name) => name.startsWith('includes/') || isOfShare(`${slug}/x/${name}`, share));
}

const placements: readonly ((name: string) => readonly string[])[] = [
  (name) => [`includes/class-${name}.php`],
  (name) => [`includes/class-${name}.php`],
  (name) => [`includes/admin/class-${name}.php`],
  (name) => [`includes/rest-api/class-${name}-controller.php`],
  (name) => [`templates/${name}.php`],
  (name) => [`templates/emails/${name}.php`],
  (name) => [`assets/js/${name}.js`, `assets/js/${name}.min.js`],
  (name) => [`assets/css/${name}.css`, `assets/css/${name}-rtl.css`],
  (name) => [`blocks/${name}/block.json`, `blocks/${name}/index.js`, `blocks/${name}/style.css`],
];

function writePart({ slug, kind, versions }: Package, name: string, revision: number): SiteFile {
  const path = `wp-content/${kind}s/${slug}/${name}`;
  const changed = name === 'readme.txt' ? revision : lastChanged(path, revision);
  const content = writeSource(path, seedOf(path, changed), drawSourceBytes(seedOf('size', path)));
  return { path, content: name === 'readme.txt' ? `Stable tag: ${versions[revision] ?? ''}\n${content}` : content };
}

function mainFile({ kind, title, versions }: Package, revision: number, parts: readonly string[]): string {
  const head = `<?php\n/**\n * ${kind === 'plugin' ? 'Plugin' : 'Theme'} Name: ${title}\n * Version: ${versions[revision] ?? ''}\n * Requires PHP: 7.4\n */\n\ndefined( 'ABSPATH' ) || exit;\n\n`;
  const required = parts.map((part) => `require_once __DIR__ . '/${part}';\n`).join('');
  return `${head}${required}\nfunction ${title.replaceAll(/[^A-Za-z]+/g, '_').toLowerCase()}_start() {\n\tdo_action( 'plugin_ready' );\n}\n`;
}
