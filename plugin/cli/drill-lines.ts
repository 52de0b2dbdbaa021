import type { DrillProblem, DrillReport } from '../protocol/proof.ts';
import type { Page } from './page.ts';
import { shortId, showText } from './show-text.ts';

const marks = { passed: 'good', 'files-only': 'warning', failed: 'bad' } as const;

/** What a drill came to. */
export function describeDrill(drill: DrillReport, page: Page): string[] {
  const { texts } = page;
  const facts = {
    account: drill.account,
    id: shortId(drill.point),
    time: page.at(drill.pointTime),
    count: drill.files.compared,
    size: page.size(drill.files.bytes),
    duration: page.duration(drill.seconds),
  };
  const steps = drill.steps.map(({ step, seconds, isGood: isStepGood }) => {
    return page.mark(isStepGood ? 'good' : 'bad', `${texts.say(`drill.step.${step}`)}  ${page.duration(seconds)}`);
  });
  const rto = { goal: page.duration(drill.rtoSeconds) };
  return [
    page.mark(marks[drill.outcome], texts.say(`drill.outcome.${drill.outcome}`, facts)),
    ...steps.map((line) => `    ${line}`),
    ...describeDatabases(drill, page).map((line) => page.paint('grey', `      ${line}`)),
    ...describeAnswers(drill, page).map((line) => page.paint('grey', `      ${line}`)),
    ...drill.problems.map((problem) => `    ${page.paint('red', describeProblem(problem, page))}`),
    ...drill.files.paths.slice(0, pathsShown).map((path) => page.paint('grey', `      ${showText(path)}`)),
    ...(drill.isWithinRto ? [] : [`    ${page.mark('warning', texts.say('drill.slow', rto))}`]),
    ...describeUntried(drill, page).map((line) => `    ${page.mark('warning', line)}`),
    ...describeUnasked(drill, page).map((line) => `    ${page.mark('warning', line)}`),
    page.paint('grey', `    ${describeIsolation(drill, page)}`),
  ];
}

function describeDatabases({ databases }: DrillReport, page: Page): string[] {
  const loaded = databases.filter(({ outcome }) => outcome === 'loaded');
  return loaded.map(({ name, tables, rows, seconds }) =>
    page.texts.say('drill.loaded', {
      name: showText(name),
      tables: page.texts.say('drill.tables', { count: tables }),
      rows: page.texts.say('drill.rows', { count: rows }),
      duration: page.duration(seconds),
    }),
  );
}

/** What a drill says nothing about. */
function describeUntried({ databases }: DrillReport, { texts }: Page): string[] {
  return (['no-server', 'no-isolation', 'compared'] as const).flatMap((reason) => {
    const names = databases.filter(({ outcome }) => outcome === reason).map(({ name }) => showText(name));
    return names.length === 0 ? [] : [texts.say(`drill.untried.${reason}`, { names: names.join(', ') })];
  });
}

function describeAnswers({ sites }: DrillReport, page: Page): string[] {
  return sites.flatMap(({ path, probe }) => {
    if (probe?.outcome !== 'answered') return [];
    const facts = { name: showSite(path), status: String(probe.status), duration: page.duration(probe.seconds) };
    return [page.texts.say('drill.answered', facts)];
  });
}

const hindrances = [
  'no-php',
  'no-php-mysql',
  'no-isolation',
  'other-host',
  'other-engine',
  'no-database',
  'no-user',
  'too-many',
  'refused',
  'redirected',
] as const;

function describeUnasked({ sites }: DrillReport, { texts }: Page): string[] {
  return hindrances.flatMap((reason) => {
    const names = sites.filter(({ probe }) => probe?.outcome === reason).map(({ path }) => showSite(path));
    return names.length === 0 ? [] : [texts.say(`drill.unasked.${reason}`, { names: names.join(', ') })];
  });
}

function showSite(path: string): string {
  return path === '' ? '.' : showText(path);
}

const pathsShown = 5;

export function describeProblem({ kind, count, name, detail }: DrillProblem, { texts }: Page): string {
  return texts.say(`drill.problem.${kind}`, { count: count ?? 0, name: name ?? '', detail: detail ?? '' }).trimEnd();
}

function describeIsolation({ isolation }: DrillReport, { texts }: Page): string {
  const user =
    isolation.uid === undefined ? texts.say('drill.sameUser') : texts.say('drill.user', { uid: String(isolation.uid) });
  return `${user} ${texts.say(`drill.network.${isolation.network}`)}`;
}
