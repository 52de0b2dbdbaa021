import type { Route } from '../route.ts';
import { changeRestore } from './change-restore.ts';
import { changeJob, sendJobEvents, showJob, tellJob } from './job.ts';
import { showMonth } from './month.ts';
import { changePlan, listPlan, showPlan } from './plan.ts';
import { showRestore } from './restore.ts';
import { showVersions } from './versions.ts';

/** Choose when and what, see what will happen, bring it back, take it back. */
export const restoreRoutes: readonly Route[] = [
  { method: 'GET', path: '/restore', access: 'account', answer: showRestore },
  { method: 'POST', path: '/restore', access: 'account', answer: changeRestore },
  { method: 'GET', path: '/restore/month', access: 'account', answer: showMonth },
  { method: 'GET', path: '/restore/versions', access: 'account', answer: showVersions },
  { method: 'GET', path: '/plans/:plan', access: 'account', answer: showPlan },
  { method: 'POST', path: '/plans/:plan', access: 'account', answer: changePlan },
  { method: 'GET', path: '/plans/:plan/list.csv', access: 'account', answer: listPlan },
  { method: 'GET', path: '/jobs/:job', access: 'account', answer: showJob },
  { method: 'POST', path: '/jobs/:job', access: 'customer', answer: changeJob },
  { method: 'GET', path: '/jobs/:job/state', access: 'account', answer: tellJob },
  { method: 'GET', path: '/jobs/:job/events', access: 'account', answer: sendJobEvents },
];
