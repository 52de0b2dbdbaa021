import { isLanguage, type Language } from './language.ts';

/** What a customer chose for messages and pages. */
export interface AccountSettings {
  /** Undefined: as the panel says. */
  readonly language: Language | undefined;
  /** IANA name; undefined: the server's. */
  readonly timeZone: string | undefined;
  readonly mail: MailChoices;
}

/** Of what a customer wants to hear by mail. */
export interface MailChoices {
  /** Something was restored, or could not be. */
  readonly restored: boolean;
  /** A download that was asked for is ready. */
  readonly ready: boolean;
  /** The last backup is older than it should be. */
  readonly late: boolean;
}

export const usualSettings: AccountSettings = {
  language: undefined,
  timeZone: undefined,
  mail: { restored: true, ready: true, late: true },
};

/** Settings as they were kept; whatever cannot be understood is as usual. */
export function readAccountSettings(value: unknown): AccountSettings {
  const { language, timeZone, mail } = fields(value);
  const choices = fields(mail);
  const choice = (name: keyof MailChoices): boolean => {
    const chosen = choices[name];
    return typeof chosen === 'boolean' ? chosen : usualSettings.mail[name];
  };
  return {
    language: typeof language === 'string' && isLanguage(language) ? language : undefined,
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : undefined,
    mail: { restored: choice('restored'), ready: choice('ready'), late: choice('late') },
  };
}

/** Whether this is the name of a time zone, such as `Europe/Athens`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function fields(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {};
}
