import { createHmac } from 'node:crypto';
import type { AlertMessage, Messenger } from '../contracts/alerts.ts';
import type { WebhookConfiguration } from '../domain/proof-configuration.ts';
import { Failure } from '../domain/failure.ts';
import { readPrivateFile } from './private-file.ts';

const timeoutMilliseconds = 10_000;

/**
 * Posts messages as JSON, each signed: `Larder-Signature: t=<seconds>,v1=<hex>`, where `v1` is HMAC-SHA-256 of
 * `<seconds>.<body>` with the secret. Whoever receives it compares both, and that the time is not old. No redirect is
 * followed: a signed message goes to the address that root wrote down, or nowhere.
 */
export function openWebhook({ url, secretFile }: WebhookConfiguration): Messenger {
  return {
    async send(message) {
      const body = JSON.stringify(toBody(message));
      const seconds = Math.floor(message.at.getTime() / 1000);
      const secret = readPrivateFile(secretFile)?.toString('utf8').trimEnd() ?? '';
      if (secret === '') throw new Failure('configuration-missing', { file: secretFile });
      await post(url, body, signatureOf(secret, seconds, body));
    },
  };
}

/** What `Larder-Signature` says. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

async function post(url: string, body: string, signature: string): Promise<void> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'larder-signature': signature },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Failure('not-delivered', { to: host, problem: `it answers ${response.status}` });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const isLate = cause instanceof DOMException && cause.name === 'TimeoutError';
    const problem = isLate ? 'it does not answer in time' : 'it cannot be reached';
    throw new Failure('not-delivered', { to: host, problem }, { cause });
  }
}

function toBody({ server, at, begun, over }: AlertMessage): object {
  const line = ({ key, kind, severity, account, since, resolvedAt, facts }: AlertMessage['begun'][number]) => {
    return { key, kind, severity, account: account ?? null, since, resolvedAt: resolvedAt ?? null, facts };
  };
  return { schema: 'larder/alerts/1', server, at, begun: begun.map(line), over: over.map(line) };
}
