import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import {
  judgeAnswer,
  readCgiAnswer,
  readSiteName,
  renamedTo,
  type AskedSite,
  type SiteProblem,
  type SiteVerdict,
} from '../../../plugin/domain/site-answer.ts';

const asked = (output: string, more: Partial<AskedSite> = {}): AskedSite => {
  return { output, errors: '', exitCode: 0, cut: undefined, ...more };
};
const html = 'Content-type: text/html; charset=UTF-8\r\n\r\n';
const page = `${html}<h1>Ταβέρνα</h1>`;
const error =
  'PHP Fatal error:  Uncaught Error: Call to undefined function menu() in /home/u1/index.php:3\nStack trace:\n#0 …';
const failed = (problem: SiteProblem, detail = '', status: number | 'none' = 200): SiteVerdict => {
  return { outcome: 'failed', status: status === 'none' ? undefined : status, problem, detail };
};

const cases: readonly (readonly [string, AskedSite, SiteVerdict])[] = [
  ['a page', asked(page), { outcome: 'answered', status: 200 }],
  ['a page with a status', asked(`Status: 203 Mostly\r\n${page}`), { outcome: 'answered', status: 203 }],
  ['a page with bare line ends', asked(page.replaceAll('\r', '')), { outcome: 'answered', status: 200 }],
  ['a redirect', asked(`Status: 301 Moved\r\nLocation: /el/\r\n${html}`), { outcome: 'answered', status: 301 }],
  ['a page with warnings', asked(page, { errors: 'PHP Warning:  x' }), { outcome: 'answered', status: 200 }],
  ['an error of the server', asked(`Status: 503 Maintenance\r\n${page}`), failed('site-status', '503', 503)],
  ['a page that is not there', asked(`Status: 404 Not Found\r\n${page}`), failed('site-status', '404', 404)],
  ['nothing that HTTP knows', asked(`Status: 102 Wait\r\n${page}`), failed('site-status', '102', 102)],
  ['an empty page', asked(`${html} \n`), failed('site-empty')],
  ['no answer at all', asked('', { exitCode: undefined }), failed('site-empty', '', 'none')],
  ['what is no answer', asked('Segmentation fault\n\n'), failed('site-empty', '', 'none')],
  ['a status that is none', asked(`Status: good\r\n${page}`), failed('site-empty', '', 'none')],
  [
    'a fatal error',
    asked(`Status: 500 Internal Server Error\r\n${html}`, { errors: error, exitCode: 255 }),
    failed('site-fatal', 'Uncaught Error: Call to undefined function menu() in /home/u1/index.php:3', 500),
  ],
  ['a fatal error below half a page', asked(page, { errors: 'PHP Parse error: x\n' }), failed('site-fatal', 'x')],
  [
    'too little memory',
    asked('', { errors: 'mmap() failed\nOut of memory\n', exitCode: 1 }),
    failed('site-fatal', 'Out of memory', 'none'),
  ],
  ['a fatal error that is not told of', asked(page, { exitCode: 255 }), failed('site-fatal')],
  [
    'no database',
    asked(`Status: 500 Error\r\n${html}<h1>Error establishing a database connection</h1>`, { errors: error }),
    failed('site-database', '', 500),
  ],
  ['no database, said with 200', asked(`${html}Error establishing a Database Connection`), failed('site-database')],
  [
    'a page without what a missing table held',
    asked(page, { errors: "WordPress database error Table 'u1_shop.wp_posts' doesn't exist for query SELECT 1" }),
    failed('site-table', 'u1_shop.wp_posts'),
  ],
  [
    'a page with another error of the database',
    asked(page, { errors: 'WordPress database error Duplicate entry for query INSERT' }),
    { outcome: 'answered', status: 200 },
  ],
  ['nothing in time', asked('', { cut: 'silent', exitCode: undefined }), failed('site-silent', '', 'none')],
  ['half a page in time', asked(page, { cut: 'silent', exitCode: undefined }), failed('site-silent')],
  ['a page without end', asked(page, { cut: 'endless', exitCode: undefined }), failed('site-endless')],
];

suite('what a restored site answered', () => {
  for (const [title, answer, verdict] of cases) {
    test(title, () => assert.deepEqual(judgeAnswer(answer), verdict));
  }

  test('whatever is answered, only 2xx and 3xx pass, and only in time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(undefined, 'silent', 'endless'), (output, errors, cut) => {
        const verdict = judgeAnswer({ output: `Status: ${output}`, errors, exitCode: 0, cut });
        if (verdict.outcome === 'failed') return;
        assert.equal(cut, undefined);
        assert.ok(verdict.status >= 200 && verdict.status < 400);
        assert.ok(readCgiAnswer(`Status: ${output}`) !== undefined);
      }),
    );
  });

  test('the beginning of an error is enough', () => {
    const verdict = judgeAnswer(asked(page, { errors: `PHP Fatal error: ${'x'.repeat(5000)}` }));
    assert.equal(verdict.outcome === 'failed' && verdict.detail.length, 300);
  });
});

suite('how a site is called', () => {
  const names: readonly (readonly [string, string | undefined])[] = [
    ['https://Taverna.example/', 'https taverna.example'],
    ['http://taverna.example:8080/shop?x', 'http taverna.example:8080'],
    ['https://taverna.example', 'https taverna.example'],
    ['/el/', undefined],
    ['//taverna.example/', undefined],
    ['https://user@taverna.example/', undefined],
    ['https://taverna.example\r\nX: y', undefined],
    ['https://() { :;}; id/', undefined],
    ['https://-x/', undefined],
    ['', undefined],
  ];
  for (const [address, expected] of names) {
    test(JSON.stringify(address), () => {
      const name = readSiteName(address);
      assert.equal(name && `${name.isSecure ? 'https' : 'http'} ${name.host}`, expected);
    });
  }

  test('a redirect elsewhere tells its name; one within it, or a page, tells nothing', () => {
    const name = { host: 'localhost', isSecure: true };
    const sent = (location: string, status = 301) => renamedTo(name, { status, location, body: '' });
    assert.deepEqual(sent('https://taverna.example/el/'), { host: 'taverna.example', isSecure: true });
    assert.deepEqual(sent('http://localhost/'), { host: 'localhost', isSecure: false });
    assert.deepEqual(
      [sent('https://localhost/el/'), sent('/el/'), sent('https://x.example/', 200)],
      [undefined, undefined, undefined],
    );
  });
});
