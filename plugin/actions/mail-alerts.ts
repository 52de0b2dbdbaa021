import type { AlertMessage, Messenger } from '../contracts/alerts.ts';
import type { Outbox } from '../contracts/outbox.ts';
import type { AlertList, AlertNews } from '../domain/mail.ts';
import type { KnownAlert } from '../domain/plan-alerts.ts';
import type { HostMail } from '../domain/proof-configuration.ts';
import { serverWork } from '../domain/server-work.ts';

export interface AlertMailing extends HostMail {
  readonly outbox: Outbox;
  /** The server's name, as the host knows it. */
  readonly server: string;
  /** Hex of a hash. */
  readonly hash: (text: string) => string;
}

/** More than a person reads. */
const mostNamed = 30;

/**
 * Tells the host by mail: one for each address, however much began or is over. What was put into the outbox once is not
 * told again, also when another messenger could not deliver and all of it comes back.
 */
export function openAlertMails({ outbox, server, hash, emails, language }: AlertMailing): Messenger {
  let told: ReadonlySet<string> = new Set();
  return {
    async send(message) {
      const fresh = withoutTold(message, told);
      if (fresh.begun.length + fresh.over.length > 0) {
        const key = hash(JSON.stringify([...tokensOf(fresh)].toSorted())).slice(0, 32);
        for (const [place, to] of emails.entries()) {
          const news = { ...toNews(fresh), to, language, server };
          const mail = { generation: serverWork.generation, uniqueKey: `alerts:${key}:${place}`, message: news };
          await outbox.add(mail, message.at);
        }
      }
      told = new Set(tokensOf(message));
    },
  };
}

function withoutTold(message: AlertMessage, told: ReadonlySet<string>): Pick<AlertMessage, 'begun' | 'over'> {
  return {
    begun: message.begun.filter((alert) => !told.has(begunToken(alert))),
    over: message.over.filter((alert) => !told.has(overToken(alert))),
  };
}

function tokensOf({ begun, over }: Pick<AlertMessage, 'begun' | 'over'>): string[] {
  return [...begun.map(begunToken), ...over.map(overToken)];
}

function begunToken({ key, since }: KnownAlert): string {
  return `begun ${since.getTime()} ${key}`;
}

function overToken({ key, since }: KnownAlert): string {
  return `over ${since.getTime()} ${key}`;
}

function toNews({ begun, over }: Pick<AlertMessage, 'begun' | 'over'>): AlertNews {
  const failures = begun.filter(({ severity }) => severity === 'failure').length;
  return { kind: 'alerts', failures, begun: toList(begun), over: toList(over) };
}

function toList(alerts: readonly KnownAlert[]): AlertList {
  const sorted = alerts.toSorted((left, right) => left.severity.localeCompare(right.severity));
  const some = sorted
    .slice(0, mostNamed)
    .map(({ kind, severity, account, facts }) => ({ kind, severity, account, facts }));
  return { total: alerts.length, some };
}
