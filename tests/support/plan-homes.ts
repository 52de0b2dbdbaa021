import { execFileSync } from 'node:child_process';
import { isRoot } from './backup-site.ts';
import { tenant } from './restore-site.ts';

/** Runs a shell script in a folder as the tenant. */
export function asTheTenant(folder: string, script: string): void {
  const ids = isRoot ? { uid: tenant.uid, gid: tenant.gid } : {};
  execFileSync('/bin/bash', ['-e', '-c', script], { cwd: folder, ...ids, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Copies all there is of a folder, as it is. */
export function keepCopy(folder: string, copy: string): string {
  execFileSync('rm', ['-rf', copy]);
  execFileSync('cp', ['-a', folder, copy]);
  return copy;
}

/** A small site: pages, pictures, a link, hard links, attributes, odd names, a closed folder. */
export const firstState = `
  mkdir -p site/images site/private mail/new 'odd name'
  for number in $(seq 1 40); do head -c $((number * 700)) /dev/zero | tr '\\\\0' "\${number: -1}" > site/page-$number.html; done
  head -c 700000 /dev/urandom > site/images/large.jpg
  for number in 1 2 3 4 5; do head -c 30000 /dev/urandom > site/images/$number.jpg; done
  ln -s page-1.html site/index.html
  echo both > site/one-name; ln site/one-name site/other-name
  echo secret > site/private/key; chmod 600 site/private/key; chmod 500 site/private
  setfattr -n user.note -v kept site/page-2.html
  setfattr -n user.kind -v pictures site/images
  printf x > $'odd name/new\\nline'; printf y > $'odd name/caf\\xe9'; printf z > 'odd name/-rf'
  mkfifo mail/pipe
  truncate -s 3M mail/sparse
  find . -exec touch -h -d '2026-11-01 10:00:00.123456789' {} +
`;

/** What happened since: pages changed, lost, new; types changed both ways; modes and attributes changed. */
export const laterState = `
  for number in 1 2 3 4 5 6; do echo "changed $number" > site/page-$number.html; done
  for number in 7 8 9; do rm site/page-$number.html; done
  rm -r site/images; mkdir site/images; echo new > site/images/new.jpg; echo other > site/images/1.jpg
  rm site/index.html; echo 'not a link' > site/index.html
  rm site/other-name
  chmod 640 site/page-10.html
  setfattr -n user.note -v changed site/page-11.html
  mkdir -p site/later/deep; echo later > site/later/deep/file; ln -s /etc/passwd site/later/link; echo l1 > site/later/a; ln site/later/a site/later/b
  rm -r 'odd name'; echo 'a file now' > 'odd name'
  rm mail/sparse; mkdir mail/sparse; echo in > mail/sparse/in
  chmod 750 mail
  find . -newermt '2026-11-02' -exec touch -h -d '2026-11-10 11:00:00.987654321' {} +
`;
