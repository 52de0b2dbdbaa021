import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import {
  judgeAnswer,
  readCgiAnswer,
  readSiteName,
  scriptsFor,
  sentTo,
  type AskedSite,
  type SiteProblem,
  type SiteVerdict,
} from '../../../plugin/domain/site-answer.ts';

const asked = (output: string, more: Partial<AskedSite> = {}): AskedSite => {
  return { output, errors: '', exitCode: 0, cut: undefined, wasStarted: true, ...more };
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
  ['a redirect', asked(`Status: 301 Moved\r\nLocation: /el/\r\n${html}`), { outcome: 'redirected', status: 301 }],
  ['a page with warnings', asked(page, { errors: 'PHP Warning:  x' }), { outcome: 'answered', status: 200 }],
  [
    'a way to its installer',
    asked(`Status: 302 Found\r\nLocation: https://x.example/wp-admin/install.php?step=1\r\n${html}`),
    failed('site-installer', 'https://x.example/wp-admin/install.php', 302),
  ],
  [
    'a way to another’s installer',
    asked(`Status: 302 Found\r\nLocation: installation/\r\n${html}`),
    failed('site-installer', 'installation/', 302),
  ],
  [
    'a way to a page about installing',
    asked(`Status: 302 Found\r\nLocation: /how-to-install/\r\n${html}`),
    { outcome: 'redirected', status: 302 },
  ],
  ['that it is being mended', asked(`Status: 503 Maintenance\r\n${page}`), { outcome: 'refused', status: 503 }],
  ['503 and nothing else', asked(`Status: 503 Maintenance\r\n${html}`), failed('site-status', '503', 503)],
  ['that nobody may in', asked(`Status: 403 Forbidden\r\n${html}`), { outcome: 'refused', status: 403 }],
  ['a question for a password', asked(`Status: 401 Who\r\n${html}`), { outcome: 'refused', status: 401 }],
  [
    'a fatal error with 503',
    asked(`Status: 503 Maintenance\r\n${page}`, { errors: 'PHP Fatal error: x' }),
    failed('site-fatal', 'x', 503),
  ],
  ['a whole page, and then a crash', asked(page, { exitCode: 139 }), failed('site-fatal')],
  [
    'nothing, because there was no root',
    asked('', { exitCode: 97, wasStarted: false }),
    { outcome: 'no-isolation', status: undefined },
  ],
  ['an error of the server', asked(`Status: 500 Error\r\n${page}`), failed('site-status', '500', 500)],
  ['a page that is not there', asked(`Status: 404 Not Found\r\n${page}`), failed('site-status', '404', 404)],
  ['nothing that HTTP knows', asked(`Status: 102 Wait\r\n${page}`), failed('site-status', '102', 102)],
  ['an empty page', asked(`${html} \n`), failed('site-empty')],
  ['no answer at all', asked(''), failed('site-empty', '', 'none')],
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
  [
    'no database, said with 200',
    asked(`${html}<title>Error establishing a Database Connection</title>`),
    failed('site-database'),
  ],
  [
    'a page that writes about it',
    asked(`${html}<p>Error establishing a database connection`),
    { outcome: 'answered', status: 200 },
  ],
  [
    'a long page with such a heading',
    asked(`${page}<h1>Error establishing a database connection</h1>${'x'.repeat(20_000)}`),
    { outcome: 'answered', status: 200 },
  ],
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

  test('whatever is answered, only 2xx passes, and only in time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(undefined, 'silent', 'endless'), (output, errors, cut) => {
        const verdict = judgeAnswer({ output: `Status: ${output}`, errors, exitCode: 0, cut, wasStarted: true });
        if (verdict.outcome !== 'answered') return;
        assert.equal(cut, undefined);
        assert.ok(verdict.status >= 200 && verdict.status < 300);
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

  test('a redirect tells where to ask next; a page tells nothing', () => {
    const from = { name: { host: 'localhost', isSecure: true }, path: '/' };
    const sent = (location: string, status = 301): string | undefined => {
      const to = sentTo(from, { status, location, body: '' });
      return to && `${to.name.isSecure ? 'https' : 'http'} ${to.name.host} ${to.path}`;
    };
    assert.equal(sent('https://taverna.example/el/?a=b#c'), 'https taverna.example /el/?a=b');
    assert.equal(sent('http://localhost/'), 'http localhost /');
    assert.equal(sent('/el/'), 'https localhost /el/');
    assert.equal(sent('shop.php'), 'https localhost /shop.php');
    for (const nothing of ['https://user@x.example/', 'javascript:x', 'https://-x/', `/${'x'.repeat(2000)}`]) {
      assert.equal(sent(nothing), undefined, nothing);
    }
    assert.equal(sent('https://x.example/', 200), undefined);
  });

  test('a path is answered by what lies there, else by the front page', () => {
    assert.deepEqual(scriptsFor('/'), ['index.php']);
    assert.deepEqual(scriptsFor('/el/?x=/y.php'), ['el/index.php', 'index.php']);
    assert.deepEqual(scriptsFor('/shop/a.php'), ['shop/a.php', 'index.php']);
    assert.deepEqual(scriptsFor('/../x.php'), ['index.php']);
    assert.deepEqual(scriptsFor('/%2e%2e/x.php'), ['index.php']);
  });
});
