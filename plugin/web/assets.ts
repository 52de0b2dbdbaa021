import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

/** A file that browsers may keep for ever: its address changes with what is in it. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

export interface Assets {
  /** Below `/assets/`: `3f2a…/app.css`. */
  readonly css: string;
  readonly script: string;
  readonly icons: string;
  hasIcon(name: string): boolean;
  find(path: string): Asset | undefined;
}

/**
 * Reads what pages load: `assets/css/*.css` in the order of their names, the icons, and the modules of `client/`, with
 * their types taken away, each in a block of its own.
 * @param folder of the web app's source.
 */
export function readAssets(folder: string): Assets {
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const css = globSync('assets/css/*.css', { cwd: folder }).toSorted().map(read).join('\n');
  const modules = globSync('client/*.ts', { cwd: folder }).filter((file) => !file.endsWith('.d.ts'));
  const script = modules
    .toSorted()
    .map((file) => `{\n${shorten(stripTypeScriptTypes(read(file)))}}\n`)
    .join('');
  const icons = read('assets/icons.svg');
  const names = new Set([...icons.matchAll(/<symbol id="([^"]+)"/g)].map(([, name = '']) => name));
  const found = new Map<string, Asset>();
  const add = (name: string, type: string, text: string): string => {
    const path = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}/${name}`;
    found.set(path, pack(type, text));
    return path;
  };
  return {
    css: add('larder.css', 'text/css; charset=utf-8', css),
    script: add('larder.js', 'text/javascript; charset=utf-8', script),
    icons: add('icons.svg', 'image/svg+xml', icons),
    hasIcon: (name) => names.has(name),
    find: (path) => found.get(path),
  };
}

function pack(type: string, text: string): Asset {
  const bytes = Buffer.from(text);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  return { type, bytes, gzip: gzipSync(bytes, { level: 9 }), brotli: brotliCompressSync(bytes, quality) };
}

/** Comments on lines of their own, spaces at the ends and empty lines: what is left of the types, too. */
function shorten(source: string): string {
  return source
    .replaceAll(/^\s*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n');
}

/** Serves what `readAssets` found; anything else is not found. */
export function serveAsset(assets: Assets): RequestHandler {
  return (request, response, next) => {
    const asset = assets.find(request.path.slice(1));
    if (asset === undefined) return next();
    const accepted = request.headers['accept-encoding'] ?? '';
    const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable').setHeader('Vary', 'Accept-Encoding');
    if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
    response.setHeader('Content-Type', asset.type);
    return response.end(encoding === 'br' ? asset.brotli : encoding === 'gzip' ? asset.gzip : asset.bytes);
  };
}
