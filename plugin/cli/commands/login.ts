import { Failure } from '../../domain/failure.ts';
import type { LoginRequest } from '../../protocol/sessions.ts';
import type { Command, Given } from '../command.ts';
import { usageLine } from '../usage-line.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

export const loginCommand: Command = {
  name: 'login',
  usage: '[--staff NAME --ticket TICKET --reason TEXT | --admin NAME]',
  arguments: { least: 0, most: 0 },
  options: ['staff', 'ticket', 'reason', 'admin'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform, ownAccount }) => {
    const account = given.account === '' ? ((await ownAccount()) ?? '') : given.account;
    const answer = await perform<'login'>(toRequest(given, account, page));
    const { url, secret, expiresAt } = answer;
    const key = url === undefined ? 'login.secret' : 'login.link';
    return {
      schema: 'larder/login/1',
      answer,
      exitCode: 0,
      lines: [showText(url ?? secret)],
      notes: [page.texts.say(key, { until: page.at(expiresAt) })],
    };
  },
};

function toRequest(given: Given, named: string, page: Page): LoginRequest {
  const staff = given.option('staff');
  const admin = given.option('admin');
  if (admin !== undefined) {
    refuse(['staff', 'ticket', 'reason'], given, page);
    if (given.account !== '') throw wrong('--account', page);
    return { kind: 'login', role: 'admin', staff: admin };
  }
  const account = need(named, '--account', page);
  if (staff === undefined) {
    refuse(['ticket', 'reason'], given, page);
    return { kind: 'login', role: 'account', account };
  }
  const ticket = need(given.option('ticket'), '--ticket', page);
  const reason = need(given.option('reason'), '--reason', page);
  return { kind: 'login', role: 'staff', account, staff, ticket, reason };
}

function refuse(options: readonly ('staff' | 'ticket' | 'reason')[], given: Given, page: Page): void {
  const surplus = options.find((option) => given.has(option));
  if (surplus !== undefined) throw wrong(`--${surplus}`, page);
}

function wrong(option: string, { texts }: Page): Failure {
  const hint = texts.say('usage.usage', { usage: usageLine(loginCommand) });
  return new Failure('invalid-input', { field: texts.say('field.option'), text: option, hint });
}

function need(value: string | undefined, field: string, { texts }: Page): string {
  if (value !== undefined && value !== '') return value;
  const hint = texts.say('usage.usage', { usage: usageLine(loginCommand) });
  throw new Failure('invalid-input', { field, text: '', hint });
}
