import type { WriteProblem } from '../contracts/tree-writer.ts';
import { showPath } from '../domain/show-name.ts';
import type { DrillProblem, DrillReport } from '../protocol/proof.ts';

const mostPaths = 20;

/** Some of the paths that did not come back, as people see them. */
export function showLostPaths(problems: readonly Pick<WriteProblem, 'path'>[]): string[] {
  return problems.slice(0, mostPaths).map(({ path }) => showPath(path));
}

/** What was wrong with files in a drill that came to its end; none when they passed. */
export function problemsOfFiles({ files, sites }: Pick<DrillReport, 'files' | 'sites'>): DrillProblem[] {
  const lost: DrillProblem[] = files.missing > 0 ? [{ kind: 'files-missing', count: files.missing }] : [];
  const changed: DrillProblem[] = files.different > 0 ? [{ kind: 'files-differ', count: files.different }] : [];
  const incomplete = sites.filter(({ missing }) => missing.length > 0);
  const required = incomplete.map(({ path, missing }): DrillProblem => {
    return { kind: 'required-missing', name: path === '' ? '.' : path, detail: missing.join(', ') };
  });
  return [...lost, ...changed, ...required];
}
