/** Connects to the socket named and prints the first line that comes, `closed`, or why it may not connect. */
import { connect } from 'node:net';

const socket = connect(process.argv[2] ?? '');
let text = '';
socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
socket.on('close', () => finish('closed'));
socket.on('data', (bytes) => {
  text += String(bytes);
  if (text.includes('\n')) finish(text.slice(0, text.indexOf('\n')));
});

function finish(outcome: string): void {
  process.stdout.write(`${outcome}\n`, () => process.exit(0));
}
