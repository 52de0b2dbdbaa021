import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { isStrongPassphrase } from '../../../plugin/domain/passphrase-rule.ts';

suite('a passphrase', () => {
  const strong = [
    'kettle orbit mango stairs',
    'φεγγάρι σκάλα τσάι ομπρέλα',
    'x7#Qd!m2Lp@9vR',
    'maria kettle orbit mango',
    '🦊🍐🚲🌋🧦🎺🪁🧊🦔🍄🛶🪐🧵🪗',
  ];
  for (const text of strong) test(`is hard to guess: ${text}`, () => assert.ok(isStrongPassphrase(text, 'maria')));

  const weak = [
    '',
    'short',
    'thirteen chars'.slice(0, 13),
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'abababababababababab',
    'abcdefghijklmnopqrstuv',
    '98765432109876543210',
    'maria maria maria 12',
    'mariamariamariamaria',
    '              kettle',
  ];
  for (const text of weak) test(`is easy to guess: “${text}”`, () => assert.ok(!isStrongPassphrase(text, 'maria')));
});
