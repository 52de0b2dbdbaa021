import { breakage } from './broken-update.ts';
import { pricesTable } from './database/products.ts';
import { databaseName } from './site-settings.ts';
import { brokenPaths } from './timeline.ts';
import { dayBefore, dateName } from './demo-day.ts';

export interface GuideOptions {
  readonly folder: string;
  readonly days: number;
  /** The day the demo was made. */
  readonly madeAt: Date;
  readonly now: Date;
  /** Whether the program was copied to where customers can read it. */
  readonly isCopy: boolean;
  readonly links: readonly DemoLink[];
  /** Where the demo's mails are read. */
  readonly mails: string;
  readonly databases: DatabasesState;
  readonly say: (key: string, facts?: { readonly [name: string]: string | number }) => string;
  readonly paint: (colour: 'bold' | 'grey' | 'green' | 'cyan', text: string) => string;
}

/** Whether there are databases; else why not, and what turns them on. */
type DatabasesState = { readonly kind: 'on' } | ({ readonly kind: 'off' } & DatabasesOff);

export interface DatabasesOff {
  readonly reason: 'not-installed' | 'made-without' | 'failed';
  /** What a program said. */
  readonly detail: string;
  readonly command: string;
}

/** Opens the pages of one customer, or of the administrator, once. */
export interface DemoLink {
  readonly title: string;
  readonly url: string;
}

interface Lesson {
  readonly title: string;
  readonly commands: readonly string[];
}

/** What to type next: the rescue of the broken site, step by step, and what else there is to see. */
export function guideLines(options: GuideOptions): string[] {
  const { say, paint, folder, isCopy, links, mails } = options;
  const { steps, more } = lessons(options);
  const numbered = steps.flatMap((lesson, index) => stepLines(options, lesson, String(index + 1)));
  const widest = Math.max(...more.map(({ title }) => title.length));
  const others = more.flatMap(({ title, commands }) =>
    commands.map((command, index) => `  ${(index === 0 ? title : '').padEnd(widest)}  ${paint('cyan', command)}`),
  );
  return [
    '',
    paint('green', say('demo.ready', { folder })),
    ...(isCopy ? [paint('grey', say('demo.copied', { folder: `${folder}/program` }))] : []),
    '',
    say('demo.story', { when: storyTime(options) }),
    '',
    paint('bold', say('demo.links')),
    ...links.flatMap(({ title, url }) => [`  ${title}`, `     ${paint('cyan', url)}`]),
    paint('grey', say('demo.link', { command: `${folder}/as-admin larder login --account maria` })),
    say('demo.mails'),
    `     ${paint('cyan', mails)}`,
    '',
    say('demo.terminal'),
    '',
    `     ${paint('cyan', `cd ${folder}`)}`,
    ...numbered,
    '',
    ...databaseLines(options),
    '',
    paint('bold', say('demo.more')),
    ...others,
    '',
    paint('grey', say('demo.stop')),
  ];
}

function stepLines({ paint }: GuideOptions, { title, commands }: Lesson, mark: string): string[] {
  return [`  ${paint('bold', mark)}  ${title}`, ...commands.map((command) => `     ${paint('cyan', command)}`)];
}

function databaseLines(options: GuideOptions): string[] {
  const { say, paint, databases } = options;
  if (databases.kind === 'off') {
    const { reason, detail, command } = databases;
    return [
      paint('bold', say(`demo.databases-${reason}`, { detail })),
      say('demo.databases-on'),
      `     ${paint('cyan', command)}`,
    ];
  }
  const good = `--at "${when(options, 9, 30)}"`;
  const shop = `db:${databaseName('maria')}`;
  const prices = `${shop}/${pricesTable}`;
  const step = (key: string, ...words: string[]): Lesson => ({
    title: say(`demo.${key}`),
    commands: words.map((command) => `./as-maria ${command}`),
  });
  const steps = [
    step('tables', `larder tables "${when(options, 9, 30)}" ${shop}`),
    step(
      'table',
      `larder restore ${prices} ${good} --replace --dry-run`,
      `larder restore ${prices} ${good} --replace`,
      'visit',
    ),
    step('beside', `larder restore ${shop} ${good} --as ${databaseName('maria')}_old`),
    step('replace', `larder restore ${shop} ${good} --replace --dry-run`, `larder restore ${shop} ${good} --replace`),
    step('undo-database', 'larder undo'),
  ];
  return [paint('bold', say('demo.databases')), ...steps.flatMap((lesson) => stepLines(options, lesson, '·'))];
}

function lessons({ say, ...options }: GuideOptions): { steps: Lesson[]; more: Lesson[] } {
  const good = `"${when(options, 9, 30)}"`;
  const paths = brokenPaths.join(' ');
  const [plugin = ''] = brokenPaths;
  const maria = (command: string): string => `./as-maria ${command}`;
  const step = (key: string, ...commands: string[]): Lesson => ({ title: say(`demo.${key}`), commands });
  return {
    steps: [
      step('see', maria('visit')),
      step('list', maria('larder list')),
      step('diff', maria(`larder diff ${good} now public_html`)),
      step('plan', maria(`larder restore ${paths} --at ${good} --dry-run`)),
      step('restore', maria(`larder restore ${paths} --at ${good}`), maria('visit')),
      step('undo', maria('larder undo')),
    ],
    more: [
      step('find', maria('larder find timologio')),
      step('versions', maria('larder versions public_html/wp-config.php')),
      step('download', maria(`larder download ${plugin} --at ${good} -o shop.zip`)),
      step('backup', './as-nora larder backup -m "before I try something"'),
      step('others', './as-brandt larder status'),
      step('admin', './as-admin larder accounts'),
      step('proof', './as-admin larder drills', './as-admin larder alerts --over', './as-admin larder report'),
    ],
  };
}

function storyTime({ say, ...options }: GuideOptions): string {
  const { hour, minute } = breakage;
  const [day = '', time = ''] = when(options, hour, minute).split(' ');
  return day === 'yesterday' ? say('demo.yesterday', { time }) : say('demo.day', { day, time });
}

/** In words as long as they are true; they are what the command line understands. */
function when({ madeAt, now }: Pick<GuideOptions, 'madeAt' | 'now'>, hour: number, minute: number): string {
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  const isToday = dateName(dayBefore(now, 0)) === dateName(dayBefore(madeAt, 0));
  return `${isToday ? 'yesterday' : dateName(dayBefore(madeAt, 1))} ${time}`;
}
