import { goalCells, judgeGoal } from './measure/goal.ts';
import { layOutTable } from './measure/table.ts';
import type { FoundTools } from './peers/find-tools.ts';
import type { Report, Scenario } from './scenarios/scenario.ts';

/** The report as people read it: the table, then each goal with its verdict. */
export function renderReport({ name, summary, tools }: Scenario, report: Report, found: FoundTools): readonly string[] {
  const missing = found.missing.filter((tool) => tools.includes(tool.name));
  return [
    '',
    `## ${name}: ${summary}`,
    '',
    ...layOutTable(report.head, report.rows),
    ...missing.map((tool) => `${tool.name}: cannot be had here: ${tool.reason}`),
    ...report.notes.map((note) => `note: ${note}`),
    '',
    ...layOutTable(['goal', 'limit', 'measured', 'verdict'], report.goals.map(goalCells)),
  ];
}

/** The report as plain values: every single run, and the goals judged. */
export function reportAsJson(scenario: Scenario, report: Report): object {
  const runs = Object.entries(report.runs).map(([what, measured]) => ({
    what,
    tools: Object.fromEntries(measured),
  }));
  const goals = report.goals.map((goal) => ({ ...goal, verdict: judgeGoal(goal) }));
  return { name: scenario.name, head: report.head, rows: report.rows, goals, notes: report.notes, runs };
}
