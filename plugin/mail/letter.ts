import type { MailReader } from '../contracts/mailer.ts';
import type { MailHost, MailMessage } from '../domain/mail.ts';
import type { Formats } from '../domain/formats.ts';
import { alertLetter, reportLetter } from './host-letter.ts';
import { showName } from '../domain/show-name.ts';

/** What stands in a mail, before it is laid out. */
export interface Letter {
  readonly subject: string;
  readonly title: string;
  readonly lead: string;
  /** Lines with what they count, and a size beside. */
  readonly rows: readonly (readonly [string, string])[];
  readonly buttons: readonly { readonly word: string; readonly url: string }[];
  /** One sentence worth stopping for, and what follows from it. */
  readonly note: readonly [string, string] | undefined;
  readonly foot: readonly string[];
}

export interface LetterTools {
  readonly say: (key: string, facts?: { readonly [name: string]: string | number }) => string;
  /** The sentence of a failure code. */
  readonly sayFailure: (code: string, facts: { readonly [name: string]: unknown }) => string;
  readonly formats: Formats;
  readonly reader: MailReader;
  /** Where the pages are; undefined when they are nowhere. */
  readonly pages: string | undefined;
}

type MessageOf<Kind extends MailMessage['kind']> = Extract<MailMessage, { kind: Kind }>;

/** Names from elsewhere are made harmless here: labels, databases, people. */
export function composeLetter(message: MailMessage, tools: LetterTools): Letter {
  switch (message.kind) {
    case 'restored':
      return restored(message, tools);
    case 'restore-failed':
      return failed(message, tools);
    case 'download-ready':
      return ready(message, tools);
    case 'backup-late':
      return late(message, tools);
    case 'delete-code':
      return deleteCode(message, tools);
    case 'delete-planned':
      return deletePlanned(message, tools);
    case 'passphrase':
      return passphrase(message, tools);
    case 'alerts':
      return alertLetter(message, tools);
    case 'report':
      return reportLetter(message, tools);
  }
}

const empty = { rows: [], buttons: [], note: undefined, foot: [] };

function restored(message: MessageOf<'restored'>, tools: LetterTools): Letter {
  const { say, formats, reader } = tools;
  const { account } = reader;
  const undo = message.undoUntil === undefined || message.isUndo ? undefined : message.undoUntil;
  const until = undo === undefined ? undefined : say('undo.until', { when: formats.date(undo, 'weekdayTime') });
  const texts = message.isUndo ? undoneTexts(message, tools) : restoredTexts(message, tools);
  return {
    ...texts,
    subject: message.host === undefined ? texts.subject : say('host.subject_support', { account }),
    buttons: buttonsOf(tools, [
      ['see', `/jobs/${message.job}`],
      ...(undo === undefined ? [] : [['undo.button', `/jobs/${message.job}`] as const]),
    ]),
    note: until === undefined ? undefined : [until, say('undo.how')],
    foot: [...hostLines(message.host, tools), say('receipt', { n: message.job }), ...closing(message.host, tools)],
  };
}

function undoneTexts({ at }: MessageOf<'restored'>, { say, formats, reader }: LetterTools) {
  const lead = say('undone.lead', { when: formats.date(at, 'weekdayTime') });
  return { subject: say('undone.subject', { account: reader.account }), title: say('undone.title'), lead, rows: [] };
}

function restoredTexts({ what, pointTime }: MessageOf<'restored'>, { say, formats, reader }: LetterTools) {
  const { account } = reader;
  const key = what.kind === 'files' ? 'restored.lead' : 'database.lead';
  const lead = pointTime === undefined ? '' : say(key, { when: formats.date(pointTime, 'weekdayTime') });
  if (what.kind === 'database') {
    const name = showName(what.name);
    const beside = what.beside === undefined ? '' : say('database.beside', { name: showName(what.beside) });
    const rows = [[say('database.tables', { count: what.tables }), ''] as const, [beside, ''] as const];
    return {
      subject: say('database.subject', { name, account }),
      title: say('database.title', { name }),
      lead,
      rows: rows.filter(([line]) => line !== ''),
    };
  }
  const count = what.comesBack + what.replaced;
  const deleted = what.deleted === 0 ? say('restored.deleted_none') : say('restored.deleted', { count: what.deleted });
  const rows = [
    [what.comesBack === 0 ? '' : say('restored.back', { count: what.comesBack }), formats.bytes(what.bytes)],
    [what.replaced === 0 ? '' : say('restored.older', { count: what.replaced }), ''],
    [deleted, ''],
  ] as const;
  return {
    subject: say('restored.subject', { count, account }),
    title: say('restored.title', { count }),
    lead,
    rows: rows.filter(([line]) => line !== ''),
  };
}

function failed(message: MessageOf<'restore-failed'>, tools: LetterTools): Letter {
  const { say, sayFailure, formats, reader } = tools;
  const why = sayFailure(message.failure.code, message.failure.facts);
  return {
    ...empty,
    subject: say('failed.subject', { account: reader.account }),
    title: say('failed.title'),
    lead: say('failed.lead'),
    rows: [[say('failed.at', { when: formats.date(message.at, 'weekdayTime') }), '']],
    buttons: buttonsOf(tools, [['see', `/jobs/${message.job}`]]),
    note: why === '' ? undefined : [say('failed.why', { text: why }), ''],
    foot: [...hostLines(message.host, tools), say('receipt', { n: message.job }), ...closing(message.host, tools)],
  };
}

function ready(message: MessageOf<'download-ready'>, tools: LetterTools): Letter {
  const { say, formats, reader } = tools;
  const when = formats.date(message.until, 'weekday');
  return {
    ...empty,
    subject: say('ready.subject', { account: reader.account }),
    title: say('ready.title'),
    lead: say('ready.lead', { name: showName(message.name), when }),
    rows: [[say('ready.files', { count: message.files }), formats.bytes(message.bytes)]],
    buttons: buttonsOf(tools, [['ready.button', '/downloads']]),
    foot: [say('ready.note'), ...closing(undefined, tools)],
  };
}

function late({ lastAt }: MessageOf<'backup-late'>, tools: LetterTools): Letter {
  const { say, formats, reader } = tools;
  const when = lastAt === undefined ? '' : formats.date(lastAt, 'weekdayTime');
  return {
    ...empty,
    subject: say('late.subject', { account: reader.account }),
    title: say('late.title', { when }),
    lead: say('late.lead'),
    buttons: buttonsOf(tools, [['late.button', '/restore']]),
    foot: [say('settings')],
  };
}

function deleteCode({ code, pointTime, label }: MessageOf<'delete-code'>, tools: LetterTools): Letter {
  const { say, formats, reader } = tools;
  const facts = { name: nameOf(label, tools), when: formats.date(pointTime, 'weekdayTime') };
  return {
    ...empty,
    subject: say('code.subject', { code, account: reader.account }),
    title: say('code.title', { code }),
    lead: say('code.lead', facts),
    foot: [say('code.note')],
  };
}

function deletePlanned({ pointTime, label, at }: MessageOf<'delete-planned'>, tools: LetterTools): Letter {
  const { say, formats, reader } = tools;
  return {
    ...empty,
    subject: say('deleting.subject', { account: reader.account }),
    title: say('deleting.title', { name: nameOf(label, tools), when: formats.date(at, 'weekdayTime') }),
    lead: say('deleting.lead', { when: formats.date(pointTime, 'weekdayTime') }),
    buttons: buttonsOf(tools, [['deleting.button', '/schedule']]),
    foot: [say('notyou')],
  };
}

function passphrase({ what, at }: MessageOf<'passphrase'>, tools: LetterTools): Letter {
  const { say, formats, reader } = tools;
  return {
    ...empty,
    subject: say(`passphrase.${what}.subject`, { account: reader.account }),
    title: say(`passphrase.${what}.title`),
    lead: say(`passphrase.${what}.lead`, { when: formats.date(at, 'weekdayTime') }),
    buttons: buttonsOf(tools, [['passphrase.button', '/passphrase']]),
    foot: [say('passphrase.notyou')],
  };
}

function nameOf(label: string, { say }: LetterTools): string {
  return label === '' ? say('unnamed') : showName(label);
}

function buttonsOf({ say, pages }: LetterTools, wanted: readonly (readonly [string, string])[]): Letter['buttons'] {
  return pages === undefined ? [] : wanted.map(([key, path]) => ({ word: say(key), url: pages + path }));
}

function hostLines(host: MailHost | undefined, { say }: LetterTools): string[] {
  if (host === undefined) return [];
  const { name, ticket, reason } = host;
  return [
    name === undefined ? say('host.by_host') : say('host.by', { name: showName(name) }),
    ...(ticket === undefined ? [] : [say('host.ticket', { n: showName(ticket) })]),
    ...(reason === undefined ? [] : [say('host.reason', { text: showName(reason) })]),
  ];
}

function closing(host: MailHost | undefined, { say }: LetterTools): string[] {
  return host === undefined ? [say('notyou'), say('settings')] : [];
}
