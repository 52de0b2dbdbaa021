import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { createStepUpCodes } from '../../../plugin/worker/step-up-codes.ts';

suite('a code that proves an owner once more', () => {
  let time = 0;
  const make = () => createStepUpCodes({ now: () => time, randomBytes, milliseconds: 300_000 });

  test('has six digits, works once, for its session and its thing', () => {
    const codes = make();
    const code = codes.begin('session', 'delete a', 'maria') ?? '';
    assert.match(code, /^\d{6}$/);
    assert.equal(codes.redeem('other', 'delete a', code), false);
    assert.equal(codes.redeem('session', 'delete b', code), false);
    assert.equal(codes.redeem('session', 'delete a', code), true);
    assert.equal(codes.redeem('session', 'delete a', code), false);
  });

  test('ends after five minutes', () => {
    const codes = make();
    const [early, late] = [codes.begin('session', 'a', 'maria') ?? '', codes.begin('session', 'b', 'maria') ?? ''];
    time += 299_999;
    assert.equal(codes.redeem('session', 'a', early), true);
    time += 1;
    assert.equal(codes.redeem('session', 'b', late), false);
  });

  test('is gone after five wrong tries, and when a new one was asked for', () => {
    const codes = make();
    const code = codes.begin('session', 'a', 'maria') ?? '';
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries++) assert.equal(codes.redeem('session', 'a', wrong), false);
    assert.equal(codes.redeem('session', 'a', code), false);
    const older = codes.begin('session', 'a', 'maria') ?? '';
    const newer = codes.begin('session', 'a', 'maria') ?? '';
    assert.equal(codes.redeem('session', 'a', older) && older !== newer, false);
    assert.equal(codes.redeem('session', 'a', newer), true);
  });

  test('is as likely as any other', () => {
    const drawn = [0xff_ff_ff_ff, 42];
    const bytes = () => {
      const next = Buffer.alloc(4);
      next.writeUInt32BE(drawn.shift() ?? 7);
      return next;
    };
    const codes = createStepUpCodes({ now: () => 0, randomBytes: bytes, milliseconds: 1 });
    assert.equal(codes.begin('session', 'a', 'maria') ?? '', '000042');
  });

  test('is not given more than six times an hour to one owner, whatever the session and the thing', () => {
    const codes = make();
    for (let count = 0; count < 6; count++) {
      assert.match(codes.begin(`session ${count}`, `delete ${count}`, 'maria') ?? '', /^\d{6}$/);
      time += 60_000;
    }
    assert.equal(codes.begin('another', 'delete x', 'maria'), undefined);
    assert.match(codes.begin('another', 'delete x', 'nikos') ?? '', /^\d{6}$/);
    time += 3_600_000 - 6 * 60_000;
    assert.match(codes.begin('another', 'delete x', 'maria') ?? '', /^\d{6}$/, 'the first is an hour old');
    assert.equal(codes.begin('another', 'delete x', 'maria'), undefined);
  });
});
