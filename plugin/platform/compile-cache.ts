import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * What a child's environment needs to share this process's compiled code, or nothing where none is kept. The folder is
 * this process's own: a child that becomes somebody else can then no longer write to it.
 */
export function compileCacheEnvironment(): { readonly NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** Keeps what was compiled so far for the next process. Never throws: it only saves time. */
export function keepCompiledCode(): void {
  try {
    flushCompileCache();
  } catch {
    // The next process compiles again.
  }
}
