import { join } from 'node:path';
import ejs from 'ejs';
import { createInstance } from 'i18next';
import type { WriteMail } from '../contracts/mailer.ts';
import { sayFact, type Advice } from '../domain/advice-key.ts';
import { createFormats, type Formats } from '../domain/formats.ts';
import { languages, type Language } from '../domain/language.ts';
import { showName } from '../domain/show-name.ts';
import { composeLetter, type LetterTools } from './letter.ts';

export interface WriterOptions {
  /** Folder of the views. */
  readonly views: string;
  /** Where the pages are reached. */
  readonly pages: string | undefined;
  /** Reads `locales/<language>/<page>.json`. */
  readonly load: (language: Language, page: 'mail' | 'failures' | 'cli') => object;
}

/** Writes mails in every language, as text and as HTML that says the same. */
export function openMailWriter({ views, pages, load }: WriterOptions): WriteMail {
  const texts = createInstance();
  const resources = languages.map((language) => [
    language,
    { mail: load(language, 'mail'), failures: load(language, 'failures'), cli: load(language, 'cli') },
  ]);
  void texts.init({
    fallbackLng: 'en',
    ns: ['mail', 'failures', 'cli'],
    defaultNS: 'mail',
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: Object.fromEntries(resources) as { [language: string]: { [page: string]: object } },
  });
  return async (message, reader) => {
    const formats = createFormats(reader.language, reader.timeZone);
    const tools = { ...sayingIn(texts.getFixedT(reader.language), formats), formats, reader, pages };
    const letter = composeLetter(message, tools);
    const data = { ...letter, from: tools.say('from', { account: reader.account }), language: reader.language };
    return {
      subject: letter.subject,
      text: await ejs.renderFile(join(views, 'mail/mail.text.ejs'), data, { cache: true }),
      html: await ejs.renderFile(join(views, 'mail/mail.ejs'), data, { cache: true }),
    };
  };
}

type Translate = (key: string, facts: { readonly [name: string]: unknown }) => unknown;

function sayingIn(translate: Translate, formats: Formats): Pick<LetterTools, 'say' | 'sayFailure'> {
  const written = (fact: unknown) => (typeof fact === 'number' ? formats.number(fact) : showName(String(fact)));
  const replace = (facts: { readonly [name: string]: unknown }, show: (fact: unknown) => string) =>
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, show(fact)]));
  const sayOr = (key: string, otherwise: string, more = {}) =>
    String(translate(key, { ...more, defaultValue: otherwise }));
  const findAdvice = ({ key, facts }: Advice) =>
    sayOr(`failures:${key}`, '', { replace: replace(facts, written) }) || undefined;
  const advise = (name: string, fact: unknown) => (typeof fact === 'string' ? sayFact(name, fact, findAdvice) : fact);
  return {
    say: (key, facts = {}) =>
      String(
        translate(key, {
          ...facts,
          replace: replace(facts, (fact) => (typeof fact === 'number' ? formats.number(fact) : String(fact))),
        }),
      ),
    sayFailure: (code, facts) => {
      const inWords = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, advise(name, fact)]));
      return code === '' ? '' : sayOr(`failures:${code}`, '', { replace: replace(inWords, written) });
    },
  };
}
