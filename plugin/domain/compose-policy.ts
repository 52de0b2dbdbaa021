import { presets, type KeepRule, type PresetName, type RetentionPolicy } from './retention-policy.ts';

/** What somebody wants kept. What is left out stays as it was. */
export interface PolicyWish {
  readonly preset?: PresetName | undefined;
  readonly hourly?: number | undefined;
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
  readonly monthEnds?: number | undefined;
  readonly yearEnds?: number | undefined;
  readonly last?: number | undefined;
  readonly withinDays?: number | undefined;
  readonly dropAfterDays?: number | undefined;
  readonly databaseAllDays?: number | undefined;
  readonly databaseDays?: number | undefined;
  readonly manualDays?: number | undefined;
}

const countedRules = {
  hourly: 'hourly',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
  monthEnds: 'month-ends',
  yearEnds: 'year-ends',
  last: 'last',
} as const;

/**
 * The policy that a wish makes of another one. A preset takes the place of all rules, and so do rules without a preset;
 * beside a preset each takes the place of the preset's of its kind, and 0 takes that away.
 * @returns undefined when no rule would be left: nobody means to keep nothing.
 */
export function composePolicy(base: RetentionPolicy, wish: PolicyWish, reason?: string): RetentionPolicy | undefined {
  const own = ownRules(wish);
  const asked = wish.preset === undefined ? undefined : presets[wish.preset];
  const before = asked?.rules ?? (own.size > 0 ? [] : base.rules);
  const rules = [...before.filter(({ kind }) => !own.has(kind)), ...[...own.values()].filter(isEffective)];
  if (rules.length === 0) return undefined;
  return {
    name: own.size > 0 ? 'own' : (asked ?? base).name,
    rules,
    dropAfterDays: wish.dropAfterDays ?? base.dropAfterDays,
    databases: {
      allDays: wish.databaseAllDays ?? base.databases.allDays,
      dailyDays: wish.databaseDays ?? base.databases.dailyDays,
    },
    manualDays: wish.manualDays ?? base.manualDays,
    reason,
  };
}

function ownRules(wish: PolicyWish): Map<KeepRule['kind'], KeepRule> {
  const rules = new Map<KeepRule['kind'], KeepRule>();
  for (const [name, kind] of Object.entries(countedRules) as [keyof typeof countedRules, CountedKind][]) {
    const count = wish[name];
    if (count !== undefined) rules.set(kind, { kind, count });
  }
  if (wish.withinDays !== undefined) rules.set('within', { kind: 'within', days: wish.withinDays });
  return rules;
}

type CountedKind = (typeof countedRules)[keyof typeof countedRules];

function isEffective(rule: KeepRule): boolean {
  if (rule.kind === 'all') return true;
  return rule.kind === 'within' ? rule.days > 0 : rule.count > 0;
}
