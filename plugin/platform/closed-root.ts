/**
 * A root of its own for a program that nobody trusts: what is not named here is not there. It lies in memory and goes with
 * the program's namespaces.
 */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';

/** One thing that the program sees, at an absolute path of its root. */
export type RootPart =
  /** An empty folder in which it may write. */
  | { readonly kind: 'folder'; readonly at: string }
  | { readonly kind: 'link'; readonly from: string; readonly at: string }
  /** A file or folder of the machine, to be read. */
  | { readonly kind: 'shown'; readonly from: string; readonly at: string }
  /** Of what is shown: a folder in whose place an empty one stands, or a file in whose place nothing can be read. */
  | { readonly kind: 'emptied' | 'covered'; readonly at: string }
  /** A device or socket. */
  | { readonly kind: 'open'; readonly from: string; readonly at: string }
  /** A tree that it may change for itself: changes go into memory, and where the kernel cannot do that they are refused. */
  | { readonly kind: 'changeable'; readonly from: string; readonly at: string };

export interface ClosedRoot {
  readonly parts: readonly RootPart[];
  readonly limits: ProgramLimits;
}

/** `memoryBytes` and `cpuSeconds` are of each process. */
export interface ProgramLimits {
  /** Of the user, on the whole machine. */
  readonly processes: number;
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  /** Bytes in all files that it writes. */
  readonly memoryFiles: number;
}

/** With this code a command line ends whose root could not be made. */
export const noRootExitCode = 97;

/** A folder in the mount namespace, below which nothing lies that could be shown. */
const place = '/sys';

/**
 * `oom_score_adj`: where memory runs out the kernel ends these programs first. The limits of one process would not hold
 * what many take. `/proc` is to be read alone, so that they stay the first. In a changed root the kernel also refuses new user namespaces, by which a program could get rights.
 */
const script = `
set -e
trap 'exit ${noRootExitCode}' EXIT
umask 022
root=$1 size=$2
shift 2
mount -t tmpfs -o "size=$size,nr_inodes=20000,mode=0755,nosuid,nodev" tmpfs "$root"
mkdir -p "$root/proc"
mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
stand() {
  if [ -d "$1" ]; then mkdir -p "$root$2"; else mkdir -p "$root\${2%/*}"; : > "$root$2"; fi
}
while [ "$1" != -- ]; do
  case $1 in
    folder) mkdir -p "$root$3"; chmod 1777 "$root$3" ;;
    link) mkdir -p "$root\${3%/*}"; ln -s "$2" "$root$3" ;;
    shown) stand "$2" "$3"; mount --bind -o ro,nosuid,nodev "$2" "$root$3" ;;
    emptied) if [ -d "$root$3" ]; then mount -t tmpfs -o "size=64k,mode=0755,nosuid,nodev" tmpfs "$root$3"; fi ;;
    covered) if [ -e "$root$3" ]; then mount --bind /dev/null "$root$3"; fi ;;
    open) stand "$2" "$3"; mount --bind "$2" "$root$3" ;;
    changeable)
      mkdir -p "$root$3" "$root/own"
      chmod 0700 "$root/own"
      mkdir "$root/own/low" "$root/own/up" "$root/own/work"
      chmod 0777 "$root/own/up"
      mount --bind -o ro,nosuid,nodev "$2" "$root/own/low"
      layers="lowerdir=$root/own/low,upperdir=$root/own/up,workdir=$root/own/work"
      mount -t overlay -o "nosuid,nodev,$layers" overlay "$root$3" 2>/dev/null ||
        mount --bind -o ro,nosuid,nodev "$2" "$root$3" ;;
  esac
  shift 3
done
shift
echo 1000 > /proc/self/oom_score_adj || :
cd /
chroot "$root" true
exec chroot "$root" "$@"
`;

/** A command line for root in new mount and process namespaces, which runs `inner` in such a root. */
export function insideRoot({ parts, limits }: ClosedRoot, inner: readonly string[]): string[] {
  const words = parts.flatMap((part) => [part.kind, 'from' in part ? part.from : '', part.at]);
  const own = [
    `--nproc=${limits.processes}`,
    `--as=${limits.memoryBytes}`,
    `--cpu=${limits.cpuSeconds}`,
    `--fsize=${limits.memoryFiles}`,
    '--nofile=256',
    '--core=0',
  ];
  const program = ['prlimit', ...own, '--', ...inner];
  return ['sh', '-c', script, 'sh', place, String(limits.memoryFiles), ...words, '--', ...program];
}

/**
 * What programs of the system need, and nothing that tells of its users. What was installed by hand (`/opt`, `/usr/local`) is
 * not among it, but for `prefix`.
 * @param prefix of a program that is to run and lies there.
 */
export function systemParts(prefix?: string): RootPart[] {
  const folders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/usr'].flatMap(showAsItIs);
  const local: RootPart[] = prefix === '/usr/local' ? [] : [{ kind: 'emptied', at: '/usr/local' }];
  const own = prefix === undefined || prefix === '/usr/local' ? [] : showAsItIs(prefix);
  const settings = [
    'ld.so.cache',
    'alternatives',
    'localtime',
    'php.d',
    'ssl/certs',
    'ssl/openssl.cnf',
    'pki/tls/certs',
  ];
  const devices = ['null', 'zero', 'full', 'random', 'urandom'].map((name): RootPart => {
    return { kind: 'open', from: `/dev/${name}`, at: `/dev/${name}` };
  });
  const shown = [...folders, ...local, ...own, ...settings.flatMap((name) => showAsItIs(`/etc/${name}`))];
  return [...shown, ...devices];
}

/** `/bin` is a link on newer systems, `/etc/localtime` on all. */
function showAsItIs(path: string): RootPart[] {
  if (!existsSync(path)) return [];
  if (lstatSync(path).isSymbolicLink()) return [{ kind: 'link', from: readlinkSync(path), at: path }];
  return [{ kind: 'shown', from: path, at: path }];
}
