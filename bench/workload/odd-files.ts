import { execFileSync } from 'node:child_process';
import type { AccountSpec } from './account-spec.ts';
import type { OwnedFiles } from './owned-files.ts';

const longAgo = 1_700_000_000;

/** What every backup must also carry: links, a FIFO, a sparse file, attributes, an access list and hard names. */
export function writeOddFiles(account: AccountSpec, files: OwnedFiles, linked: string): void {
  const folder = `${account.home}/odd`;
  files.folder(folder);
  files.hardLink(`${folder}/hard-link.php`, linked);
  files.symbolicLink(`${account.home}/www`, 'public_html');
  files.symbolicLink(`${folder}/dangling`, '../no/such/place');
  files.sparseFile(`${folder}/sparse.img`, 6 << 20, Buffer.from('an island in a hole\n'));
  for (const name of oddNames)
    files.file(Buffer.concat([Buffer.from(`${folder}/`), name]), Buffer.from('odd\n'), longAgo);
  writeSpecials(folder);
  files.giveAway(`${folder}/pipe`);
}

const oddNames: readonly Buffer[] = [
  Buffer.from('empty-looking "quoted" \\ back.txt'),
  Buffer.from('γειά σου \u2028 <&>.txt'),
  Buffer.from('line\nbreak.txt'),
  Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x74, 0x78, 0x74]),
];

/** Node has no call for these three; the commands come with Debian's coreutils, attr and acl. */
function writeSpecials(folder: string): void {
  execFileSync('mkfifo', [`${folder}/pipe`]);
  execFileSync('setfattr', ['-n', 'user.origin', '-v', 'larder-bench', `${folder}/sparse.img`]);
  execFileSync('setfacl', ['-m', 'u:33:r--', `${folder}/sparse.img`]); // the web server, as hosts do it
}
