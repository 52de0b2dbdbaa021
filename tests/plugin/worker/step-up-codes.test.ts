import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { createStepUpCodes } from '../../../plugin/worker/step-up-codes.ts';

suite('a code that proves an owner once more', () => {
  let time = 0;
  const make = () => createStepUpCodes({ now: () => time, randomBytes, milliseconds: 300_000 });

  test('has six digits, works once, for its session and its thing', () => {
    const codes = make();
    const code = codes.begin('session', 'delete a');
    assert.match(code, /^\d{6}$/);
    assert.equal(codes.redeem('other', 'delete a', code), false);
    assert.equal(codes.redeem('session', 'delete b', code), false);
    assert.equal(codes.redeem('session', 'delete a', code), true);
    assert.equal(codes.redeem('session', 'delete a', code), false);
  });

  test('ends after five minutes', () => {
    const codes = make();
    const [early, late] = [codes.begin('session', 'a'), codes.begin('session', 'b')];
    time += 299_999;
    assert.equal(codes.redeem('session', 'a', early), true);
    time += 1;
    assert.equal(codes.redeem('session', 'b', late), false);
  });

  test('is gone after five wrong tries, and when a new one was asked for', () => {
    const codes = make();
    const code = codes.begin('session', 'a');
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries++) assert.equal(codes.redeem('session', 'a', wrong), false);
    assert.equal(codes.redeem('session', 'a', code), false);
    const older = codes.begin('session', 'a');
    const newer = codes.begin('session', 'a');
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
    assert.equal(codes.begin('session', 'a'), '000042');
  });
});
