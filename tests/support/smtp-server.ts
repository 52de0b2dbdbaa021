import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail server on a loopback port that keeps what it is given. */
export interface SmtpServer {
  readonly port: number;
  readonly mails: { readonly to: string; readonly content: string }[];
  /** What it answers to addresses; `drop`: it closes the connection when a mail is given. */
  answer: '250 ok' | '550 no such mailbox' | '451 later' | 'drop';
  close(): Promise<void>;
}

/** RFC 5321 as far as one client needs it. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    void converse(socket, state);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const state: SmtpServer = {
    port: (server.address() as AddressInfo).port,
    mails: [],
    answer: '250 ok',
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return state;
}

async function converse(socket: Socket, state: SmtpServer): Promise<void> {
  const talk: Talk = { to: '', content: undefined, say: (line) => void socket.write(`${line}\r\n`) };
  talk.say('220 test');
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    if (talk.content === undefined) obey(line, talk, state);
    else if (line !== '.') talk.content.push(line.replace(/^\.\./, '.'));
    else if (state.answer === 'drop') socket.destroy();
    else keep(talk, state);
  }
}

interface Talk {
  to: string;
  /** While a mail is being given. */
  content: string[] | undefined;
  readonly say: (line: string) => void;
}

function keep(talk: Talk, state: SmtpServer): void {
  state.mails.push({ to: talk.to, content: (talk.content ?? []).join('\n') });
  talk.content = undefined;
  talk.say('250 kept');
}

function obey(line: string, talk: Talk, state: SmtpServer): void {
  const recipient = /^RCPT TO:<(.*)>/i.exec(line)?.[1];
  if (recipient !== undefined) {
    talk.to = recipient;
    talk.say(state.answer === 'drop' ? '250 ok' : state.answer);
  } else if (/^DATA/i.test(line)) {
    talk.content = [];
    talk.say('354 go on');
  } else talk.say(/^QUIT/i.test(line) ? '221 bye' : '250 ok');
}
