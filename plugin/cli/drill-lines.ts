import type { DrillProblem, DrillReport } from '../protocol/proof.ts';
import { shortId } from './backup-lines.ts';
import type { Page } from './page.ts';
import { showText } from './show-text.ts';

/** What a drill came to. */
export function describeDrill(drill: DrillReport, page: Page): string[] {
  const { texts } = page;
  const isGood = drill.outcome === 'passed';
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
    page.mark(isGood ? 'good' : 'bad', texts.say(isGood ? 'drill.passed' : 'drill.failed', facts)),
    ...steps.map((line) => `    ${line}`),
    ...drill.problems.map((problem) => `    ${page.paint('red', describeProblem(problem, page))}`),
    ...drill.files.paths.slice(0, pathsShown).map((path) => page.paint('grey', `      ${showText(path)}`)),
    ...(drill.isWithinRto ? [] : [`    ${page.mark('warning', texts.say('drill.slow', rto))}`]),
    page.paint('grey', `    ${describeIsolation(drill, page)}`),
  ];
}

const pathsShown = 5;

export function describeProblem({ kind, count, name, detail }: DrillProblem, { texts }: Page): string {
  return texts.say(`drill.problem.${kind}`, { count: count ?? 0, name: name ?? '', detail: detail ?? '' });
}

function describeIsolation({ isolation }: DrillReport, { texts }: Page): string {
  const user =
    isolation.uid === undefined ? texts.say('drill.sameUser') : texts.say('drill.user', { uid: String(isolation.uid) });
  return `${user} ${texts.say(`drill.network.${isolation.network}`)}`;
}
