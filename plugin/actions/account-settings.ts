import type { Account } from '../domain/account.ts';
import { isTimeZone, type AccountSettings } from '../domain/account-settings.ts';
import { Failure } from '../domain/failure.ts';
import { findLanguage, type Language } from '../domain/language.ts';
import type { SettingsReport } from '../protocol/own.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';

export async function tellSettings(services: Services, account: string): Promise<SettingsReport> {
  const found = await findAccount(services, account);
  return toReport(services, found, await services.settings.load(found.generation));
}

/** Takes the place of what was chosen before. @throws {Failure} `invalid-input` for a time zone that there is not. */
export async function changeSettings(
  services: Services,
  { account, settings }: { account: string; settings: AccountSettings },
): Promise<SettingsReport> {
  const found = await findAccount(services, account);
  if (settings.timeZone !== undefined && !isTimeZone(settings.timeZone)) {
    throw new Failure('invalid-input', { field: 'timeZone', text: settings.timeZone, hint: 'Europe/Athens' });
  }
  await services.settings.save(found.generation, settings);
  return toReport(services, found, settings);
}

/** The language for an account: what was chosen, else what the panel says, else English. */
export function languageFor(account: Pick<Account, 'language'>, settings: AccountSettings): Language {
  return settings.language ?? findLanguage(account.language === undefined ? [] : [account.language]) ?? 'en';
}

function toReport(services: Services, account: Account, settings: AccountSettings): SettingsReport {
  return {
    account: account.name,
    email: account.email,
    language: settings.language,
    languageUsed: languageFor(account, settings),
    timeZone: settings.timeZone,
    timeZoneUsed: settings.timeZone ?? services.configuration.schedule.timeZone,
    mail: settings.mail,
    isMailOn: services.configuration.mail !== undefined && account.email !== undefined,
  };
}
