import type { DestinationFinding, DestinationTest } from '../protocol/copies.ts';
import type { Page } from './page.ts';

/** What was found when a place was tried out, and what may be said of it. */
export function describeTest({ findings, guarantees }: DestinationTest, page: Page): string[] {
  const said = (['exclusiveWrite', 'immutable', 'resumable'] as const).map((name) =>
    page.texts.say(guarantees[name] ? `destination.may.${name}` : `destination.mayNot.${name}`),
  );
  return [...findings.map((finding) => describe(finding, page)), '', ...said];
}

function describe({ check, level, facts }: DestinationFinding, page: Page): string {
  const problem = typeof facts['problem'] === 'string' ? `: ${facts['problem']}` : '';
  return page.mark(level, `${page.texts.say(`destination.check.${check}`, facts)}${problem}`);
}
