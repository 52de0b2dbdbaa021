import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { refuse, type Asked, type Refusal } from '../../../plugin/web/guard.ts';

const own = 'https://backup.example.com';
const form: Asked = {
  method: 'POST',
  host: 'backup.example.com',
  origin: own,
  fetchSite: 'same-origin',
  contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
};

const asked: readonly [title: string, change: Partial<Asked>, refusal: Refusal][] = [
  ['a form of these pages', {}, undefined],
  ['a form of a browser that says nothing of the site', { fetchSite: undefined }, undefined],
  ['a page that is only looked at', { method: 'GET', origin: undefined, contentType: undefined }, undefined],
  ['a page reached by a link from elsewhere', { method: 'GET', origin: undefined, fetchSite: 'cross-site' }, undefined],
  ['a form of another site', { origin: 'https://evil.example', fetchSite: 'cross-site' }, 'cross-site'],
  ['a form of a sibling subdomain', { origin: 'https://maria.example.com', fetchSite: 'same-site' }, 'cross-site'],
  ['a form that claims our origin from a sibling', { fetchSite: 'same-site' }, 'cross-site'],
  ['a form without an origin', { origin: undefined }, 'cross-site'],
  ['a form of a sandboxed frame', { origin: 'null' }, 'cross-site'],
  ['a form of the same host over HTTP', { origin: 'http://backup.example.com' }, 'cross-site'],
  ['JSON that needs no preflight', { contentType: 'text/plain' }, 'content-type'],
  ['a form with files', { contentType: 'multipart/form-data; boundary=x' }, 'content-type'],
  ['no kind of content', { contentType: undefined }, 'content-type'],
  ['another host', { host: 'evil.example' }, 'host'],
  ['no host', { host: undefined }, 'host'],
  ['another method', { method: 'PUT' }, 'method'],
  ['a question about methods', { method: 'OPTIONS' }, 'method'],
];

suite('what comes in is judged:', () => {
  for (const [title, change, refusal] of asked) {
    test(`${title}: ${refusal ?? 'let in'}`, () => assert.equal(refuse({ ...form, ...change }, [own]), refusal));
  }
});
