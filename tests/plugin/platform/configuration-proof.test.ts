import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { usualSites, usualTier } from '../../../plugin/domain/proof-configuration.ts';
import { parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { failsWith } from '../../support/failures.ts';

const shortest = `state = "/s"
[panel]
kind = "linux"
[[destinations]]
name = "local"
kind = "local"
path = "/b"
`;

const proofOf = (text: string) => parseConfiguration('/etc/larder/larder.toml', shortest + text, 2).proof;

test('what is to be proved has a default for everything', () => {
  assert.deepEqual(proofOf(''), {
    verify: { blobs: 8, fullDays: 28, sites: usualSites },
    drills: { days: 30, uid: 64_998, probe: undefined },
    tiers: [usualTier],
    alerts: { mail: { emails: [], language: 'en' }, webhook: undefined, quiet: undefined, storageDays: 14 },
    reports: { emails: [], language: 'en', every: ['week', 'month'] },
    cost: undefined,
  });
});

test('every key of what is to be proved is read', () => {
  const proof = proofOf(`
[verify]
blobs = 20
full_days = 7
sites = [{ marker = "bin/magento", required = ["app/etc/env.php"] }]
[drills]
days = 14
uid = 64000
probe = true
probe_folders = [".", "public_html/shop"]
probe_seconds = 10
probe_php = "/opt/php83/bin/php-cgi"
[[tiers]]
name = "gold"
accounts = ["shop*"]
packages = ["premium"]
rpo_hours = 6
rto_minutes = 15
order = 1
after = ["dns"]
[alerts]
webhook = "https://alerts.example.com/larder"
webhook_secret_file = "/etc/larder/webhook-secret"
emails = ["backups@example.com"]
language = "el"
quiet = "22:30-07:00"
storage_days = 30
[reports]
emails = ["office@example.com", "root@localhost"]
every = ["month"]
[mail]
from = "Larder <larder@example.com>"
smtp = "smtp://localhost"
[cost]
per_gb_month = 0.02
currency = "EUR"
`);
  assert.deepEqual(proof, {
    verify: { blobs: 20, fullDays: 7, sites: [{ marker: 'bin/magento', required: ['app/etc/env.php'] }] },
    drills: {
      days: 14,
      uid: 64_000,
      probe: { folders: ['', 'public_html/shop'], seconds: 10, php: '/opt/php83/bin/php-cgi' },
    },
    tiers: [
      {
        name: 'gold',
        accounts: ['shop*'],
        packages: ['premium'],
        rpoHours: 6,
        rtoMinutes: 15,
        order: 1,
        after: ['dns'],
      },
      usualTier,
    ],
    alerts: {
      mail: { emails: ['backups@example.com'], language: 'el' },
      webhook: { url: 'https://alerts.example.com/larder', secretFile: '/etc/larder/webhook-secret' },
      quiet: { from: 22 * 60 + 30, until: 7 * 60 },
      storageDays: 30,
    },
    reports: { emails: ['office@example.com', 'root@localhost'], language: 'en', every: ['month'] },
    cost: { perGigabyteMonth: 0.02, currency: 'EUR' },
  });
});

const mail = '[mail]\nfrom = "larder@example.com"\nsmtp = "smtp://localhost"\n';

test('sites are not asked unless that is switched on, whatever else is said of it', () => {
  assert.equal(proofOf('[drills]\nprobe = false\nprobe_seconds = 10').drills.probe, undefined);
  assert.equal(proofOf('[drills]\nprobe_seconds = 10').drills.probe, undefined);
  assert.deepEqual(proofOf('[drills]\nprobe = true').drills.probe, { folders: [], seconds: 30, php: undefined });
});

suite('what makes no sense is refused with its line:', () => {
  for (const text of [
    '[alerts]\nwebhook = "http://alerts.example.com"\nwebhook_secret_file = "/s"',
    '[alerts]\nwebhook = "https://user@alerts.example.com"\nwebhook_secret_file = "/s"',
    '[alerts]\nwebhook = "https://alerts.example.com"',
    '[alerts]\nemails = ["backups@example.com"]',
    `${mail}[alerts]\nemails = ["Root <root@example.com>"]`,
    `${mail}[alerts]\nlanguage = "xx"`,
    `${mail}[reports]\nevery = ["day"]`,
    '[alerts]\nquiet = "25:00-07:00"',
    '[drills]\nuid = 33',
    '[drills]\nprobe = "yes"',
    '[drills]\nprobe_seconds = 0',
    '[drills]\nprobe_folders = ["/home/maria"]',
    '[drills]\nprobe_folders = ["a/../../b"]',
    '[drills]\nprobe_folder = ["a"]',
    '[drills]\nprobe_php = "php-cgi"',
    '[verify]\nfull_days = 0',
    '[cost]\nper_gb_month = -1\ncurrency = "EUR"',
    '[cost]\nper_gb_month = 1\ncurrency = "euros"',
    '[[tiers]]\nrpo_hours = 6',
    '[[tiers]]\nname = "gold"\nrpo_hour = 6',
  ]) {
    test(text.replaceAll('\n', ' · '), async () => {
      const facts = await failsWith('configuration-invalid', () => proofOf(text));
      assert.ok(facts.line > 7, `line ${facts.line}`);
    });
  }
});
