import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import type knex from 'knex';

/**
 * Knex, loaded at the first call. It takes 40 functions from lodash, each from a file of its own, and those need 200
 * more: finding and reading so many files takes longer than all else that a short command does. So lodash comes as
 * the one file it also is, and its functions are put where Knex looks for them (`require.cache`, Node's documentation).
 */
export function loadKnex(): typeof knex {
  const require = createRequire(import.meta.url);
  provideLodash(createRequire(require.resolve('knex')));
  return require('knex') as typeof knex;
}

/** A function that is not provided is loaded from its own file, as ever. */
function provideLodash(requireOfKnex: NodeJS.Require): void {
  const file = requireOfKnex.resolve('lodash');
  if (requireOfKnex.cache[file] !== undefined) return;
  const functions = Object.entries(requireOfKnex(file) as Readonly<Record<string, unknown>>);
  for (const [name, value] of functions) {
    const place = join(dirname(file), `${name}.js`);
    requireOfKnex.cache[place] ??= toModule(place, value);
  }
}

function toModule(file: string, exported: unknown): Module {
  const module = new Module(file);
  module.filename = file;
  module.exports = exported;
  module.loaded = true;
  return module;
}
