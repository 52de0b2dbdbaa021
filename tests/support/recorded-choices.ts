import type { Answers } from '../../plugin/protocol/requests.ts';
import { plan } from './recorded-plan.ts';
import { waitingJob } from './recorded-jobs.ts';
import { newest, pathBytes } from './recorded-points.ts';

/** Of recorded answers, those that only pages ask for. */
export const recordedChoices: Pick<Answers, 'show-plan' | 'draft' | 'job'> = {
  'show-plan': {
    report: plan,
    total: plan.entries.length,
    state: 'open',
    job: undefined,
    paths: [pathBytes('public_html')],
    except: [],
  },
  draft: {
    account: 'maria',
    draft: 'd1r2a3f4t5d1r2a3f4t5',
    point: newest.id,
    paths: [pathBytes('public_html')],
    except: [],
    goesTo: 'place',
    mode: 'merge',
  },
  job: { job: waitingJob, result: undefined, plan: undefined },
};
