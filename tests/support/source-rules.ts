import path from 'node:path';

/**
 * What each folder may import. `node:*` is every module of Node; `type x` is x, but only its types. A folder
 * always sees itself. What stands in no line may import nothing, and a folder without a line is a fault.
 */
export type ImportTable = Readonly<Record<string, readonly string[]>>;

/** The line of the table that holds `file`: the first two folders of its path, or its own name in `plugin/`. */
export function lineOf(file: string): string {
  const parts = file.split('/');
  if (parts[0] !== 'plugin') return parts[0] ?? '';
  if (parts.length > 2) return `plugin/${parts[1]}`;
  return /^main-[a-z-]+\.ts$/.test(parts[1] ?? '') ? 'plugin/main-*.ts' : file;
}

/** @returns one sentence for each import in `source` that the table does not allow to `file`. */
export function findForbiddenImports(file: string, source: string, table: ImportTable): string[] {
  const line = lineOf(file);
  const allowed = table[line];
  if (allowed === undefined) return [`${line} has no line in the import table`];
  const isAllowed = (target: string, isType: boolean): boolean =>
    target === line ||
    allowed.includes('*') ||
    allowed.includes(target) ||
    (isType && allowed.includes(`type ${target}`)) ||
    (target.startsWith('node:') && allowed.includes('node:*'));
  return findImports(source)
    .filter(({ specifier, isType }) => !isAllowed(targetOf(file, specifier), isType))
    .map(({ specifier, isType }) => `must not import ${isType ? 'types of ' : ''}${specifier}`);
}

interface Restriction {
  readonly pattern: RegExp;
  readonly message: string;
  /** Beginnings of the paths where it does not hold. */
  readonly except: readonly string[];
}

/** Faults that the linter does not find, or finds in some spellings only. */
const restrictions: readonly Restriction[] = [
  {
    pattern: /\bnew\s+Date\b(?!\s*\(\s*[^)\s])|(?<!new\s+)\bDate\s*\(\s*\)|\bDate\s*\.\s*now\b/,
    message: 'must not read the time: take a Clock',
    except: ['plugin/platform/'],
  },
  {
    pattern: /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[|\benv\b[^;]*\bfrom\s*'node:process'/,
    message: 'must not read the environment: plugin/platform/environment.ts does',
    except: ['plugin/platform/environment.ts', 'installer/'],
  },
  { pattern: /\bimport\s*\((?!\s*['"])/, message: 'must say by name what it imports', except: ['plugin/main-'] },
  { pattern: /\bexport\s+default\b|\bas\s+default\b/, message: 'must not have a default export', except: [] },
  { pattern: /\bexport\s+\*/, message: 'must not export what another file defines', except: [] },
];

/** @returns one sentence for each rule that `file` breaks, imports aside. */
export function findBrokenRules(file: string, source: string): string[] {
  const code = withoutComments(source);
  const broken = restrictions
    .filter(({ pattern, except }) => pattern.test(code) && !except.some((place) => file.startsWith(place)))
    .map(({ message }) => message);
  const isBarrel = /^index\.[mc]?[jt]s$/.test(path.posix.basename(file));
  return isBarrel ? [...broken, 'must be named for what it defines, not index'] : broken;
}

interface Import {
  readonly specifier: string;
  readonly isType: boolean;
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`. */
const statements = /^[ \t]*(?:import|export)\b(\s+type\b)?(?:[^'";]*\bfrom)?\s*['"]([^'"]+)['"]/gm;
/** `import('x')`, `require('x')`, `import.meta.resolve('x')`, `process.getBuiltinModule('x')`. */
const calls = /\b(?:import|require|import\.meta\.resolve|getBuiltinModule)\s*\(\s*['"`]([^'"`]+)['"`]/g;
/** `new URL('./x.ts', import.meta.url)`: how a child or a thread is started. */
const addresses = /\bURL\s*\(\s*['"`](\.[^'"`]+\.[mc]?[jt]s)['"`]/g;

function findImports(source: string): Import[] {
  const code = withoutComments(source);
  const stated = [...code.matchAll(statements)].map(([, type, specifier = '']) => {
    return { specifier, isType: type !== undefined };
  });
  const called = [...code.matchAll(calls), ...code.matchAll(addresses)].map(([, specifier = '']) => ({
    specifier,
    isType: false,
  }));
  return [...stated, ...called];
}

/** The line of the table, the Node module or the package that `specifier` leads to. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  if (specifier.startsWith('.')) return lineOf(path.posix.join(path.posix.dirname(file), specifier));
  const parts = specifier.split('/');
  return `npm:${parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')}`;
}

/** Strings are matched too, so that `//` in one is no comment. */
function withoutComments(source: string): string {
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
  return source.replace(tokens, (token) => (token.startsWith('/') ? ' ' : token));
}
