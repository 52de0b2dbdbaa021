import { Failure } from '../domain/failure.ts';
import { parseShownName } from '../domain/parse-shown-name.ts';
import type { PathBytes } from '../protocol/requests.ts';
import type { Texts } from './texts.ts';

/**
 * A path as typed: `.` and `~` are the home, `~/x` and `./x` are `x`, `\xNN` is a byte. `..` and absolute paths
 * stay as they are: whoever knows the home judges them.
 * @throws {Failure} `invalid-input` for an empty path or one with a zero byte.
 */
export function parsePathArgument(typed: string, texts: Texts): PathBytes {
  const bytes = parseShownName(tidy(typed));
  if (typed === '') throw new Failure('invalid-input', { field: 'PATH', text: '', hint: texts.say('usage.emptyPath') });
  if (bytes.includes(0)) {
    throw new Failure('invalid-input', { field: 'PATH', text: typed, hint: texts.say('usage.zeroByte') });
  }
  return Buffer.from(bytes).toString('base64');
}

function tidy(typed: string): string {
  const isAbsolute = typed.startsWith('/');
  const parts = typed.split('/').filter((part, index) => part !== '' && part !== '.' && !(part === '~' && index === 0));
  return `${isAbsolute ? '/' : ''}${parts.join('/')}`;
}
