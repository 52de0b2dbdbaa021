import type { MailConfiguration, SmtpConfiguration } from '../domain/configuration.ts';
import {
  hasKey,
  openSection,
  readAbsolutePath,
  readOptionalText,
  readText,
  refuseKey,
  type Section,
} from './settings/section.ts';

const keys = ['from', 'reply_to', 'smtp', 'user', 'password_file', 'folder'];
const smtpHint = 'write "smtp://mail.example.com:587", "smtps://mail.example.com" or "smtp://localhost"';

/** `[mail]`; undefined without one. Problems never repeat the address: somebody may have put a password into it. */
export function readMail(top: Section): MailConfiguration | undefined {
  if (!hasKey(top, 'mail')) return undefined;
  const mail = openSection(top.document, ['mail'], top.fields['mail'], keys);
  return {
    from: readAddress(mail, 'from'),
    replyTo: hasKey(mail, 'reply_to') ? readAddress(mail, 'reply_to') : undefined,
    way: hasKey(mail, 'folder') ? readFolder(mail) : readSmtp(mail),
  };
}

function readFolder(mail: Section): MailConfiguration['way'] {
  for (const key of ['smtp', 'user', 'password_file']) {
    if (hasKey(mail, key)) refuseKey(mail, key, `\`${key}\` means nothing beside \`folder\``, 'keep one of the two');
  }
  return { kind: 'folder', path: readAbsolutePath(mail, 'folder', '/var/lib/larder/mails') };
}

function readSmtp(mail: Section): SmtpConfiguration {
  const url = readServer(mail);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const tls = url.protocol === 'smtps:' ? 'implicit' : isLoopback(host) ? 'none' : 'required';
  const user = readOptionalText(mail, 'user', 'the name to sign in with');
  const port = url.port === '' ? ports[tls] : Number(url.port);
  return { kind: 'smtp', host, port, tls, user, passwordFile: readPasswordFile(mail, user) };
}

/** Where each way of speaking listens when nothing else is said. */
const ports = { implicit: 465, required: 587, none: 25 } as const;

function readServer(mail: Section): URL {
  const url = URL.parse(readText(mail, 'smtp', smtpHint));
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !isBare(url)) {
    return refuseKey(mail, 'smtp', '`smtp` is no address of a mail server', smtpHint);
  }
  if (url.username === '' && url.password === '') return url;
  return refuseKey(mail, 'smtp', 'user and password do not belong into `smtp`', 'use user and password_file');
}

function readPasswordFile(mail: Section, user: string | undefined): string | undefined {
  if (!hasKey(mail, 'password_file')) {
    return user === undefined ? undefined : refuseKey(mail, 'user', '`user` needs `password_file`', 'add it');
  }
  if (user === undefined) return refuseKey(mail, 'password_file', '`password_file` needs `user`', 'add it');
  return readAbsolutePath(mail, 'password_file', '/etc/larder/mail-password');
}

function isBare({ pathname, search, hash }: URL): boolean {
  return (pathname === '' || pathname === '/') && search === '' && hash === '';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** One address, with or without a name before it. */
function readAddress(mail: Section, key: string): string {
  const text = readText(mail, key, 'such as "Backups <backups@example.com>"');
  const isAddress = /^(?:[^<>\r\n"\\,;:]{1,80} )?<?[^\s<>@",;]{1,64}@[^\s<>@",;]{1,190}>?$/.test(text);
  if (!isAddress) refuseKey(mail, key, `\`${key}\` is no mail address`, 'write it as "Backups <backups@example.com>"');
  return text;
}
