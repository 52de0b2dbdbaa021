const { statSync } = process.getBuiltinModule('node:fs');

/** What lies at `path`, links followed. */
export function lookAtPath(path: string): 'file' | 'folder' | 'nothing' {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
}
